package org.rkv.portmap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.CallException;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.oncrpc.blocking.SocketErrors;

/**
 * Asks a portmapper (version 2, RFC 1833 section 3). Every question has a connection of its own and
 * one deadline for all of it: connecting, sending, receiving. Blocks the caller; all failures are
 * {@link PortmapException}s. Immutable, thread-safe.
 */
public final class PortmapClient {
  private final InetSocketAddress portmapper;
  private final InetAddress local;
  private final int protocol;
  private final int timeoutMillis;

  private PortmapClient(
      InetSocketAddress portmapper, InetAddress local, int protocol, int timeoutMillis) {
    this.portmapper = portmapper;
    this.local = local;
    this.protocol = protocol;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Asks over TCP.
   *
   * @param portmapper usually at {@link Portmap#PORT}
   * @param timeoutMillis for each question as a whole
   */
  public static PortmapClient tcp(InetSocketAddress portmapper, int timeoutMillis) {
    return new PortmapClient(portmapper, null, Portmap.TCP, timeoutMillis);
  }

  /**
   * Asks over UDP; a question without an answer is asked again until the time is over.
   *
   * @param portmapper usually at {@link Portmap#PORT}
   * @param timeoutMillis for each question as a whole
   */
  public static PortmapClient udp(InetSocketAddress portmapper, int timeoutMillis) {
    return new PortmapClient(portmapper, null, Portmap.UDP, timeoutMillis);
  }

  /** The same client, calling from this address of this host. */
  public PortmapClient from(InetAddress address) {
    return new PortmapClient(portmapper, address, protocol, timeoutMillis);
  }

  /**
   * NULL: does nothing, successfully, if a portmapper is there.
   *
   * @throws PortmapException if none answered
   */
  public void ping() throws PortmapException {
    ask(Portmap.NULL, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
  }

  /**
   * GETPORT: where a program is found.
   *
   * @param askedProtocol {@link Portmap#TCP} or {@link Portmap#UDP}
   * @return the port as answered; 0 if no version of the program is registered
   * @throws PortmapException if there was no answer
   */
  public int getPort(int program, int version, int askedProtocol) throws PortmapException {
    XdrInt port = new XdrInt();
    ask(Portmap.GETPORT, new Mapping(program, version, askedProtocol, 0), port);
    return port.intValue();
  }

  /**
   * SET: registers a program.
   *
   * @return false if the portmapper does not take it: there is such a mapping, or we may not
   * @throws PortmapException if there was no answer
   */
  public boolean set(Mapping mapping) throws PortmapException {
    XdrBoolean done = new XdrBoolean();
    ask(Portmap.SET, mapping, done);
    return done.booleanValue();
  }

  /**
   * UNSET: removes a version of a program, for all protocols.
   *
   * @return false if nothing was removed
   * @throws PortmapException if there was no answer
   */
  public boolean unset(int program, int version) throws PortmapException {
    XdrBoolean done = new XdrBoolean();
    ask(Portmap.UNSET, new Mapping(program, version, 0, 0), done);
    return done.booleanValue();
  }

  /**
   * DUMP: all mappings, in the portmapper's order.
   *
   * @throws PortmapException if there was no answer, or one of unreasonable length
   */
  public List<Mapping> dump() throws PortmapException {
    MappingList list = new MappingList();
    ask(Portmap.DUMP, XdrVoid.XDR_VOID, list);
    return List.copyOf(list.mappings());
  }

  private void ask(int procedure, XdrAble question, XdrAble answer) throws PortmapException {
    Deadline deadline = Deadline.afterMillis(timeoutMillis);
    BlockingRpcClient client = null;
    try {
      client = connect(deadline, procedure);
      client.setTimeout(deadline.millisLeft());
      client.call(procedure, Portmap.VERSION, question, answer);
    } catch (IOException e) {
      throw notReached(e);
    } catch (CallException e) {
      throw notAnswered(e);
    } finally {
      if (client != null) {
        client.close();
      }
    }
  }

  private BlockingRpcClient connect(Deadline deadline, int procedure) throws IOException {
    Shape[] results = {Shape.VOID, Shape.INT, Shape.INT, Shape.INT, null};
    if (procedure == Portmap.DUMP) {
      results[Portmap.DUMP] = MappingList.SHAPE;
    }
    return protocol == Portmap.TCP
        ? BlockingRpcClient.tcp(
            portmapper, local, deadline, Portmap.PROGRAM, Portmap.VERSION, results)
        : BlockingRpcClient.udp(portmapper, local, Portmap.PROGRAM, Portmap.VERSION, results);
  }

  private static PortmapException notReached(IOException e) {
    String text = SocketErrors.text(e);
    return new PortmapException(kindOf(text), "Remote system error - " + text, e);
  }

  private static PortmapException notAnswered(CallException e) {
    Exception cause = e.getCause() instanceof IOException io ? io : e;
    switch (e.getReason()) {
      case OncRpcException.RPC_TIMEDOUT:
        return new PortmapException(PortmapException.Kind.TIMED_OUT, e.getMessage(), cause);
      case OncRpcException.RPC_CANTSEND:
      case OncRpcException.RPC_CANTRECV:
        String text = cause instanceof IOException io ? SocketErrors.text(io) : "";
        PortmapException.Kind kind = kindOf(text);
        return kind == PortmapException.Kind.BROKEN
            ? new PortmapException(kind, "Unable to receive", cause)
            : new PortmapException(kind, "Remote system error - " + text, cause);
      case OncRpcException.RPC_FAILED:
        return new PortmapException(
            PortmapException.Kind.REJECTED, "Port mapper failure - " + briefly(e), cause);
      default:
        return new PortmapException(PortmapException.Kind.BROKEN, e.getMessage(), cause);
    }
  }

  /** A C program prints the kind of a refusal here, without what follows it. */
  private static String briefly(CallException e) {
    String message = e.getMessage();
    int details = message.indexOf(';');
    return details < 0 ? message : message.substring(0, details);
  }

  private static PortmapException.Kind kindOf(String socketError) {
    switch (socketError) {
      case SocketErrors.REFUSED:
        return PortmapException.Kind.REFUSED;
      case SocketErrors.TIMED_OUT:
        return PortmapException.Kind.TIMED_OUT;
      case SocketErrors.NO_ROUTE:
      case SocketErrors.NETWORK_UNREACHABLE:
        return PortmapException.Kind.UNREACHABLE;
      default:
        return PortmapException.Kind.BROKEN;
    }
  }
}
