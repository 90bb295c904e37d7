package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.PortmapClient;
import org.rkv.portmap.PortmapException;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Keeps this replica registered at a portmapper that is not its own. Looks each time: rpcbind may
 * come, go, or start anew and have forgotten. Blocks, up to a few seconds. Safe for all threads.
 */
final class PortmapRegistrar {
  /** What a look at the portmapper came to. */
  enum State {
    /** Clients find us there. */
    REGISTERED,
    /** There is a portmapper, and it does not lead to us; the reason has been logged. */
    NOT_REGISTERED,
    /** No portmapper answers at our address. */
    NO_PORTMAPPER
  }

  private static final int TIMEOUT_MILLIS = 2000;
  private static final int OWNER_TIMEOUT_MILLIS = 1000;

  private final InetAddress address;
  private final List<Mapping> mappings;
  private final Supplier<List<InetSocketAddress>> others;
  private final Logger log;
  private final int portmapPort;
  private String lastWarning = "";
  private boolean removed;

  /**
   * Registers nothing yet.
   *
   * @param address of this replica; null for all of this machine's
   * @param mappings one for each protocol, with the same port
   * @param others where other replicas of this machine would answer
   */
  PortmapRegistrar(
      InetAddress address,
      List<Mapping> mappings,
      Supplier<List<InetSocketAddress>> others,
      Logger log) {
    this(address, mappings, others, log, Portmap.PORT);
  }

  /**
   * The same, with a portmapper at another port.
   *
   * @param portmapPort where the portmapper is asked
   */
  PortmapRegistrar(
      InetAddress address,
      List<Mapping> mappings,
      Supplier<List<InetSocketAddress>> others,
      Logger log,
      int portmapPort) {
    this.address = address;
    this.mappings = List.copyOf(mappings);
    this.others = others;
    this.log = log;
    this.portmapPort = portmapPort;
  }

  private InetAddress host() {
    return address == null ? InetAddress.getLoopbackAddress() : address;
  }

  private PortmapClient portmapper() {
    return new PortmapClient(new InetSocketAddress(host(), portmapPort), TIMEOUT_MILLIS);
  }

  /** Registers us if we are not registered, taking over from an owner that is dead. */
  synchronized State check() {
    if (removed) {
      return State.NOT_REGISTERED;
    }
    try {
      boolean all = true;
      for (Mapping mapping : mappings) {
        all &= check(mapping);
      }
      if (all) {
        lastWarning = "";
      }
      return all ? State.REGISTERED : State.NOT_REGISTERED;
    } catch (PortmapException e) {
      if (e.reason() == PortmapException.Reason.REFUSED) {
        return State.NO_PORTMAPPER;
      }
      warn("the portmapper at " + host().getHostAddress() + " does not answer: " + e.getMessage());
      return State.NOT_REGISTERED;
    }
  }

  private boolean check(Mapping mapping) throws PortmapException {
    int registered = portmapper().getPort(kv.KVPROGRAM, kv.KVVERSION, mapping.protocol());
    if (registered == mapping.port()) {
      return true;
    }
    if (registered != 0) {
      if (answers(new InetSocketAddress(host(), registered))) {
        warn(
            "another server is registered at the portmapper, at port "
                + registered
                + "; clients that ask there do not find this one");
        return false;
      }
      return registerAnew();
    }
    if (!setter().set(mapping)) {
      warn("the portmapper does not let us register");
      return false;
    }
    return registered();
  }

  /** UNSET takes away the mappings of all protocols, those that were right as well. */
  private boolean registerAnew() throws PortmapException {
    setter().unset(kv.KVPROGRAM, kv.KVVERSION);
    for (Mapping mapping : mappings) {
      if (!setter().set(mapping)) {
        warn("the portmapper does not let us register");
        return false;
      }
    }
    return registered();
  }

  private boolean registered() {
    log.info("registered at the portmapper at {}", host().getHostAddress());
    if (host().isLoopbackAddress() && !host().equals(InetAddress.getLoopbackAddress())) {
      log.warn(
          "the portmapper of this machine has one place for all loopback addresses: a C client finds"
              + " one replica there, whichever address it asks");
    }
    return true;
  }

  /** rpcbind takes a registration only from a loopback address. */
  private PortmapClient setter() {
    return host().isLoopbackAddress()
        ? portmapper()
        : new PortmapClient(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), portmapPort), TIMEOUT_MILLIS);
  }

  /** Removes our registration, if it still is ours and leads to nobody else on this machine. */
  synchronized void remove() {
    removed = true;
    try {
      if (portmapper().getPort(kv.KVPROGRAM, kv.KVVERSION, Portmap.TCP) != mappings.get(0).port()) {
        return;
      }
      for (InetSocketAddress other : others.get()) {
        if (answers(other)) {
          log.info("the registration stays for the replica at {}", other);
          return;
        }
      }
      setter().unset(kv.KVPROGRAM, kv.KVVERSION);
    } catch (PortmapException e) {
      log.info("not unregistered: {}", e.getMessage());
    }
  }

  /** Whether a server of our program answers NULL there. */
  private static boolean answers(InetSocketAddress server) {
    BlockingRpcClient client = null;
    try {
      Deadline deadline = Deadline.afterMillis(OWNER_TIMEOUT_MILLIS);
      client = BlockingRpcClient.connect(server, null, deadline, KvProgram.PROGRAM);
      client.setTimeout(deadline.millisLeft());
      client.call(0, kv.KVVERSION, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
      return true;
    } catch (IOException | OncRpcException e) {
      return false;
    } finally {
      if (client != null) {
        client.close();
      }
    }
  }

  private void warn(String warning) {
    if (!warning.equals(lastWarning)) {
      lastWarning = warning;
      log.warn("{}", warning);
    }
  }
}
