package org.rkv.replica;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.net.EventLoop;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.PortmapServer;
import org.slf4j.Logger;

/**
 * Makes the C client find this replica: through the portmapper of its host, or, where none is,
 * through an embedded one. It looks again every few seconds, on a helper thread, and never delays
 * serving. Belongs to the event loop's thread, but for {@link #remove}.
 *
 * <p>Who has port 111 when rpcbind comes up leaves the host's other programs without it: rpcbind
 * tries once. So the embedded one waits until it is clear that none is coming, and gives way when
 * one has come all the same, for good.
 */
final class PortmapPresence {
  private static final long CHECK_MILLIS = 5000;
  private static final long PATIENCE_MILLIS = 30_000;

  /** The system lets go of a port that was served in the loop's next round. */
  private static final long LET_GO_MILLIS = 100;

  private final EventLoop loop;
  private final Logger log;
  private final InetAddress address;
  private final List<Mapping> mappings;
  private final PortmapRegistrar registration;
  private final PortmapperUse use;
  private final int portmapPort;
  private final int maxConnections;
  private final long checkMillis;
  private final long patienceMillis;
  private volatile PortmapServer embedded;
  private long aloneSinceNanos;
  private boolean isAlone;
  private boolean hasGivenWay;
  private String lastWarning = "";
  private boolean closed;

  PortmapPresence(
      EventLoop loop,
      Logger log,
      InetAddress address,
      List<Mapping> mappings,
      PortmapRegistrar registration,
      PortmapperUse use,
      int maxConnections) {
    this(
        loop,
        log,
        address,
        mappings,
        registration,
        use,
        Portmap.PORT,
        maxConnections,
        CHECK_MILLIS,
        PATIENCE_MILLIS);
  }

  /**
   * The same, with the embedded portmapper at another port.
   *
   * @param portmapPort where it serves
   * @param maxConnections to it, at most
   * @param checkMillis how often it is looked
   * @param patienceMillis how long no other may be there until it does, unless it does at once
   */
  PortmapPresence(
      EventLoop loop,
      Logger log,
      InetAddress address,
      List<Mapping> mappings,
      PortmapRegistrar registration,
      PortmapperUse use,
      int portmapPort,
      int maxConnections,
      long checkMillis,
      long patienceMillis) {
    this.loop = loop;
    this.log = log;
    this.address = address;
    this.mappings = mappings;
    this.registration = registration;
    this.use = use;
    this.portmapPort = portmapPort;
    this.maxConnections = maxConnections;
    this.checkMillis = checkMillis;
    this.patienceMillis = patienceMillis;
  }

  /** Begins to look. */
  void check() {
    if (!closed) {
      loop.schedule(checkMillis, this::check);
      look();
    }
  }

  private void look() {
    if (closed) {
      return;
    }
    if (embedded == null) {
      loop.offload(registration::check, this::checked, this::failed);
    } else {
      loop.offload(registration::isRpcbindThere, this::lookedForRpcbind, this::failed);
    }
  }

  private void failed(Exception e) {
    log.error("portmapper", e);
  }

  private void checked(PortmapRegistrar.State state) {
    if (closed || embedded != null) {
      return;
    }
    switch (state) {
      case NO_PORTMAPPER, AWAITED -> alone(state == PortmapRegistrar.State.AWAITED);
      case OUT_OF_SIGHT -> {
        isAlone = false;
        warn(
            "rpcbind came up without "
                + families()
                + (hasGivenWay ? " while we had its port" : "")
                + ": C clients cannot find this replica; restart it"
                + " (systemctl restart rpcbind.socket rpcbind)");
      }
      default -> {
        isAlone = false;
        lastWarning = "";
      }
    }
  }

  private String families() {
    if (address == null) {
      return "IPv4 and IPv6";
    }
    return address instanceof Inet6Address ? "IPv6" : "IPv4";
  }

  private void alone(boolean isAwaited) {
    long nowNanos = loop.nanoTime();
    boolean embedsAtOnce = use == PortmapperUse.EMBEDDED && !hasGivenWay;
    if (!isAlone) {
      isAlone = true;
      aloneSinceNanos = nowNanos;
      if (!embedsAtOnce) {
        log.info("no portmapper answers here: waiting for one");
      }
    }
    boolean isLongAgo = nowNanos - aloneSinceNanos >= TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    if (embedsAtOnce || isLongAgo && !isAwaited && !hasGivenWay) {
      embed();
    } else if (isLongAgo) {
      warn(
          "no portmapper answers here, though this machine has an rpcbind (its socket is there, or"
              + " systemd is to start it): C clients cannot find this replica; start rpcbind, or"
              + " this replica with --portmapper embedded");
    }
  }

  private void embed() {
    InetSocketAddress where =
        address == null
            ? new InetSocketAddress(portmapPort)
            : new InetSocketAddress(address, portmapPort);
    try {
      embedded = new PortmapServer(loop, log, where, mappings, maxConnections);
      log.info("no portmapper answers here: serving as one at port {}", portmapPort);
    } catch (IOException e) {
      warn(
          "no portmapper answers here, and port "
              + portmapPort
              + " may not be bound ("
              + e.getMessage()
              + "): C clients cannot find this replica; the Java rkv asks its default port");
    }
  }

  private void lookedForRpcbind(boolean isThere) {
    if (isThere && embedded != null && !closed) {
      log.info("an rpcbind has come up: leaving port {} to it", portmapPort);
      embedded.close();
      embedded = null;
      hasGivenWay = true;
      isAlone = false;
      loop.schedule(LET_GO_MILLIS, this::look);
    }
  }

  private void warn(String warning) {
    if (!warning.equals(lastWarning)) {
      lastWarning = warning;
      log.warn("{}", warning);
    }
  }

  /** Stops looking, and the embedded portmapper with it. */
  void close() {
    closed = true;
    if (embedded != null) {
      embedded.close();
    }
  }

  /** Removes the registration at another portmapper. Blocks; not on the event loop's thread. */
  void remove() {
    if (embedded == null) {
      registration.remove();
    }
  }
}
