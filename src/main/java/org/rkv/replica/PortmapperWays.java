package org.rkv.replica;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.rkv.portmap.LocalRpcbind;
import org.rkv.portmap.PortmapClient;
import org.rkv.portmap.PortmapException;
import org.rkv.portmap.Portmapper;
import org.rkv.portmap.RpcbindClient;

/**
 * The ways to the portmapper of this host: as clients see it, and as those who register go.
 * Immutable, thread-safe; what asks somebody blocks.
 */
final class PortmapperWays {
  private static final int TIMEOUT_MILLIS = 2000;

  private final InetAddress host;
  private final int port;
  private final LocalRpcbind rpcbind;

  /**
   * Asks nobody yet.
   *
   * @param host the address at which clients ask
   * @param port at which the portmapper is asked
   */
  PortmapperWays(InetAddress host, int port, LocalRpcbind rpcbind) {
    this.host = host;
    this.port = port;
    this.rpcbind = rpcbind;
  }

  /**
   * The portmapper that clients ask.
   *
   * @throws PortmapException if it does not answer
   */
  Portmapper atOurAddress() throws PortmapException {
    return overTcp(host);
  }

  /**
   * The same over TCP for those who register: rpcbind takes that only from a loopback address.
   *
   * @throws PortmapException if it does not answer
   */
  Portmapper atLoopback() throws PortmapException {
    return overTcp(host.isLoopbackAddress() ? host : InetAddress.getLoopbackAddress());
  }

  /** The rpcbind that listens at its local socket, where it sees who is calling; or nothing. */
  Optional<Portmapper> local() {
    Optional<Path> socket = rpcbind.socket();
    if (socket.isEmpty()) {
      return Optional.empty();
    }
    RpcbindClient client = RpcbindClient.locally(socket.get(), TIMEOUT_MILLIS);
    try {
      client.ping();
      return Optional.of(client);
    } catch (PortmapException e) {
      return Optional.empty(); // rpcbind leaves its socket behind when it ends
    }
  }

  /** What tells that an rpcbind belongs to this machine though it does not answer, or nothing. */
  Optional<Path> trace() {
    return rpcbind.trace();
  }

  /** As rpcbind, or as an older one that knows version 2 only. */
  private Portmapper overTcp(InetAddress where) throws PortmapException {
    InetSocketAddress address = new InetSocketAddress(where, port);
    RpcbindClient client = RpcbindClient.overTcp(address, TIMEOUT_MILLIS);
    try {
      client.ping();
      return client;
    } catch (PortmapException e) {
      if (e.reason() == PortmapException.Reason.REJECTED) {
        return new PortmapClient(address, TIMEOUT_MILLIS);
      }
      throw e;
    }
  }
}
