package org.rkv.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.oncrpc.blocking.SocketErrors;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.PortmapClient;
import org.rkv.portmap.PortmapException;
import org.rkv.rpc.kv;

/**
 * Connects to the replica on a host as libtirpc's clnt_create does: the portmapper there knows the
 * port. Where no portmapper can be reached, a replica is looked for on the default port, since one
 * that may not bind port 111 serves without a portmapper. Immutable, thread-safe.
 */
public final class Connector {
  /** How long a portmapper may take to answer, and how long a connection may take. */
  public static final int DEFAULT_TIMEOUT_MILLIS = 5_000;

  private final int defaultPort;
  private final int portmapPort;
  private final int timeoutMillis;

  /** When each connection has to be there, or null. */
  private final Deadline deadline;

  /** What is made of a replica's address. */
  public interface Opener<T> {
    /**
     * Connects.
     *
     * @throws IOException if nobody can be reached there
     */
    T open(InetSocketAddress replica, int timeoutMillis) throws IOException;
  }

  /**
   * Makes a connector.
   *
   * @param defaultPort tried where no portmapper can be reached
   * @param portmapPort usually {@link Portmap#PORT}
   * @param timeoutMillis for the portmapper, and again for the connection, per address of the host
   */
  public Connector(int defaultPort, int portmapPort, int timeoutMillis) {
    this(defaultPort, portmapPort, timeoutMillis, null);
  }

  private Connector(int defaultPort, int portmapPort, int timeoutMillis, Deadline deadline) {
    this.deadline = deadline;
    this.defaultPort = defaultPort;
    this.portmapPort = portmapPort;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * One that has so much time from now on, for all silence of portmappers and addresses together.
   */
  public Connector within(int millis) {
    return new Connector(defaultPort, portmapPort, timeoutMillis, Deadline.afterMillis(millis));
  }

  /** How long the next step may take: of what is left, half, so that another one can follow. */
  private int stepMillis() throws SocketTimeoutException {
    return deadline == null
        ? timeoutMillis
        : Math.max(1, Math.min(timeoutMillis, deadline.millisLeft() / 2));
  }

  /**
   * Connects to the first address of the host that has a replica, IPv4 before IPv6. How long the
   * name's resolution takes is the system resolver's matter.
   *
   * @param replica a host's name or address; with {@code :port} behind it, that port is taken, and
   *     no portmapper is asked
   * @param opener connects to an address
   * @return what the opener has made
   * @throws ConnectFailedException why the first address has none
   */
  public <T> T connect(String replica, Opener<T> opener) throws ConnectFailedException {
    return connect(Endpoint.parse(replica), opener);
  }

  /** As {@link #connect(String, Opener)}: a connected channel, in blocking mode. */
  SocketChannel open(Endpoint replica) throws ConnectFailedException {
    return connect(replica, Connector::channel);
  }

  private <T> T connect(Endpoint replica, Opener<T> opener) throws ConnectFailedException {
    ConnectFailedException first = null;
    for (InetAddress address : resolve(replica)) {
      try {
        return replica.port() == 0
            ? connectByPortmapper(replica, address, opener)
            : opener.open(new InetSocketAddress(address, replica.port()), stepMillis());
      } catch (ConnectFailedException e) {
        first = first == null ? e : first;
      } catch (IOException e) {
        first = first == null ? refused(replica, e) : first;
      }
    }
    throw first;
  }

  private static InetAddress[] resolve(Endpoint replica) throws ConnectFailedException {
    String host = replica.host();
    if (host.isEmpty()) { // Java would take it for the loopback address.
      throw new ConnectFailedException("Unknown host", replica.toString(), null);
    }
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new ConnectFailedException("Unknown host", replica.toString(), e);
    }
    InetAddress[] ordered = new InetAddress[addresses.length];
    int next = 0;
    for (InetAddress address : addresses) {
      if (address instanceof Inet4Address) {
        ordered[next++] = address;
      }
    }
    for (InetAddress address : addresses) {
      if (!(address instanceof Inet4Address)) {
        ordered[next++] = address;
      }
    }
    return ordered;
  }

  private <T> T connectByPortmapper(Endpoint replica, InetAddress address, Opener<T> opener)
      throws ConnectFailedException, SocketTimeoutException {
    int port;
    PortmapException unreachable = null;
    try {
      port =
          new PortmapClient(new InetSocketAddress(address, portmapPort), stepMillis())
              .getPort(kv.KVPROGRAM, kv.KVVERSION, Portmap.TCP);
    } catch (PortmapException e) {
      if (e.reason() == PortmapException.Reason.REJECTED) {
        throw new ConnectFailedException(e.getMessage(), replica.toString(), e);
      }
      unreachable = e;
      port = defaultPort;
    }
    if (port <= 0 || port > 65_535) {
      throw new ConnectFailedException("Program not registered", replica.toString(), null);
    }
    try {
      return opener.open(new InetSocketAddress(address, port), stepMillis());
    } catch (IOException e) {
      if (unreachable != null) { // A C client asks the portmapper only, so that is what it reports.
        unreachable.addSuppressed(e);
        throw new ConnectFailedException(unreachable.getMessage(), replica.toString(), unreachable);
      }
      throw refused(replica, e);
    }
  }

  private static ConnectFailedException refused(Endpoint replica, IOException e) {
    return new ConnectFailedException(
        "Remote system error - " + SocketErrors.text(e), replica.toString(), e);
  }

  private static SocketChannel channel(InetSocketAddress replica, int timeoutMillis)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(replica, timeoutMillis);
      if (replica.equals(channel.getLocalAddress())) {
        // TCP's simultaneous open: the system chose the port asked for, which is free, as our own.
        throw new ConnectException(SocketErrors.REFUSED);
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
