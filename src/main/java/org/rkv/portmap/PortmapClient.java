package org.rkv.portmap;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;

/**
 * Asks a portmapper over TCP (version 2, RFC 1833 section 3). Every question has a connection of
 * its own and one deadline for all of it: connecting, sending, receiving. Blocks the caller; all
 * failures are {@link PortmapException}s. Immutable, thread-safe.
 */
public final class PortmapClient implements Portmapper {
  private static final int MAX_PORT = 65_535;

  private final InetSocketAddress portmapper;
  private final int timeoutMillis;
  private final Question question;

  /**
   * Asks over TCP.
   *
   * @param portmapper usually at {@link Portmap#PORT}
   * @param timeoutMillis for each question as a whole
   */
  public PortmapClient(InetSocketAddress portmapper, int timeoutMillis) {
    this.portmapper = portmapper;
    this.timeoutMillis = timeoutMillis;
    question = Question.overTcp(portmapper, timeoutMillis, Portmap.SHAPES);
  }

  /**
   * GETPORT: where a program is found. Version 2 knows IPv4 only: a portmapper at an address of
   * IPv6 is asked as rpcbind first, as a C client does it.
   *
   * @param askedProtocol {@link Portmap#TCP} or {@link Portmap#UDP}
   * @return the port as answered; 0 if no version of the program is registered
   * @throws PortmapException if there was no answer
   */
  public int getPort(int program, int version, int askedProtocol) throws PortmapException {
    if (portmapper.getAddress() instanceof Inet6Address) {
      try {
        return portOverIpv6(program, version, askedProtocol);
      } catch (PortmapException e) {
        if (e.reason() != PortmapException.Reason.REJECTED) {
          throw e;
        }
      }
    }
    XdrInt port = new XdrInt();
    question.ask(Portmap.GETPORT, new Mapping(program, version, askedProtocol, 0), port);
    return port.intValue();
  }

  private int portOverIpv6(int program, int version, int askedProtocol) throws PortmapException {
    NetId transport = NetId.of(askedProtocol, portmapper.getAddress());
    String address =
        RpcbindClient.overTcp(portmapper, timeoutMillis).address(program, version, transport);
    return UniversalAddress.parse(address).map(InetSocketAddress::getPort).orElse(0);
  }

  /**
   * SET: registers a program.
   *
   * @return false if the portmapper does not take it: there is such a mapping, or we may not
   * @throws PortmapException if there was no answer
   */
  public boolean set(Mapping mapping) throws PortmapException {
    return isDone(Portmap.SET, mapping);
  }

  /**
   * UNSET: removes a version of a program, for all protocols.
   *
   * @return false if nothing was removed
   * @throws PortmapException if there was no answer
   */
  public boolean unset(int program, int version) throws PortmapException {
    return isDone(Portmap.UNSET, new Mapping(program, version, 0, 0));
  }

  private boolean isDone(int procedure, XdrAble arguments) throws PortmapException {
    XdrBoolean done = new XdrBoolean();
    question.ask(procedure, arguments, done);
    return done.booleanValue();
  }

  @Override
  public List<Registration> registrations() throws PortmapException {
    MappingList list = new MappingList();
    question.ask(Portmap.DUMP, XdrVoid.XDR_VOID, list);
    return list.elements().stream().map(PortmapClient::asRegistration).toList();
  }

  /** As rpcbind itself takes a mapping: at all addresses of IPv4. */
  private static Registration asRegistration(Mapping mapping) {
    String netId =
        switch (mapping.protocol()) {
          case Portmap.TCP -> NetId.TCP.text();
          case Portmap.UDP -> NetId.UDP.text();
          default -> Integer.toString(mapping.protocol());
        };
    String address = UniversalAddress.text(UniversalAddress.ALL_IPV4, mapping.port() & MAX_PORT);
    return new Registration(mapping.program(), mapping.version(), netId, address, "");
  }

  /** Registers nothing of IPv6, which this version does not know. */
  @Override
  public void set(Registration registration) throws PortmapException {
    Optional<NetId> transport = NetId.of(registration.netId());
    Optional<InetSocketAddress> address = UniversalAddress.parse(registration.address());
    if (transport.isPresent() && !transport.get().isIpv6() && address.isPresent()) {
      set(
          new Mapping(
              registration.program(),
              registration.version(),
              transport.get().protocol(),
              address.get().getPort()));
    }
  }

  @Override
  public void unset(Registration registration) throws PortmapException {
    unset(registration.program(), registration.version());
  }
}
