package org.rkv.portmap;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.Program;

/**
 * Asks a portmapper as rpcbind is one: by version 3, which knows IPv6, and whose procedures used
 * here are those of version 4 as well. Over TCP, or through the socket that rpcbind has for the
 * programs of its machine: there it sees which user is calling. Immutable, thread-safe.
 */
public final class RpcbindClient implements Portmapper {
  private static final Program PROGRAM = Rpcb.V3;

  private final Question question;

  private RpcbindClient(Question question) {
    this.question = question;
  }

  /**
   * Asks over TCP.
   *
   * @param portmapper usually at {@link Portmap#PORT}
   * @param timeoutMillis for each question as a whole
   */
  public static RpcbindClient overTcp(InetSocketAddress portmapper, int timeoutMillis) {
    return new RpcbindClient(Question.overTcp(portmapper, timeoutMillis, PROGRAM));
  }

  /**
   * Asks through a Unix socket.
   *
   * @param timeoutMillis for each question as a whole
   */
  public static RpcbindClient locally(Path socket, int timeoutMillis) {
    return new RpcbindClient(Question.locally(socket, timeoutMillis, PROGRAM));
  }

  /**
   * NULL: whether it is there.
   *
   * @throws PortmapException if there was no answer
   */
  public void ping() throws PortmapException {
    question.ask(Rpcb.NULL, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
  }

  /**
   * GETADDR: where a program is found over the transport by which the portmapper is asked.
   *
   * @return the address as answered; empty if no version of the program is registered
   * @throws PortmapException if there was no answer
   */
  String address(int program, int version, NetId transport) throws PortmapException {
    XdrString address = new XdrString();
    question.ask(
        Rpcb.GETADDR, new Registration(program, version, transport.text(), "", ""), address);
    return address.stringValue();
  }

  @Override
  public List<Registration> registrations() throws PortmapException {
    RegistrationList list = new RegistrationList();
    question.ask(Rpcb.DUMP, XdrVoid.XDR_VOID, list);
    return list.elements();
  }

  @Override
  public void set(Registration registration) throws PortmapException {
    question.ask(Rpcb.SET, registration, new XdrBoolean());
  }

  @Override
  public void unset(Registration registration) throws PortmapException {
    question.ask(Rpcb.UNSET, registration, new XdrBoolean());
  }
}
