package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.rkv.net.EventLoop;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.PortmapServer;
import org.slf4j.Logger;

/**
 * Makes the C client find this replica: through the portmapper of its host, or, where none answers,
 * through an embedded one. It looks again every few seconds, on a helper thread, and never delays
 * serving. Belongs to the event loop's thread, but for {@link #remove}.
 */
final class PortmapPresence {
  private static final long CHECK_MILLIS = 5000;

  private final EventLoop loop;
  private final Logger log;
  private final InetAddress address;
  private final List<Mapping> mappings;
  private final PortmapRegistrar registration;
  private final int portmapPort;
  private volatile PortmapServer embedded;
  private boolean warned;
  private boolean closed;

  PortmapPresence(
      EventLoop loop,
      Logger log,
      InetAddress address,
      List<Mapping> mappings,
      PortmapRegistrar registration) {
    this(loop, log, address, mappings, registration, Portmap.PORT);
  }

  /**
   * The same, with the embedded portmapper at another port.
   *
   * @param portmapPort where it serves
   */
  PortmapPresence(
      EventLoop loop,
      Logger log,
      InetAddress address,
      List<Mapping> mappings,
      PortmapRegistrar registration,
      int portmapPort) {
    this.loop = loop;
    this.log = log;
    this.address = address;
    this.mappings = mappings;
    this.registration = registration;
    this.portmapPort = portmapPort;
  }

  /** Begins to look. */
  void check() {
    if (embedded == null && !closed) {
      loop.offload(registration::check, this::checked, e -> log.error("portmapper", e));
      loop.schedule(CHECK_MILLIS, this::check);
    }
  }

  private void checked(PortmapRegistrar.State state) {
    if (state == PortmapRegistrar.State.NO_PORTMAPPER && embedded == null && !closed) {
      embed();
    }
  }

  private void embed() {
    InetSocketAddress where =
        address == null
            ? new InetSocketAddress(portmapPort)
            : new InetSocketAddress(address, portmapPort);
    try {
      embedded = new PortmapServer(loop, log, where, mappings);
      log.info("no portmapper answers here: serving as one at port {}", portmapPort);
    } catch (IOException e) {
      if (!warned) {
        warned = true;
        log.warn(
            "no portmapper answers here, and port {} may not be bound ({}): C clients cannot find"
                + " this replica; the Java rkv asks its default port",
            portmapPort,
            e.getMessage());
      }
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
