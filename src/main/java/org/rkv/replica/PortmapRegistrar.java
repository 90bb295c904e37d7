package org.rkv.replica;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.portmap.LocalRpcbind;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.PortmapException;
import org.rkv.portmap.Portmapper;
import org.rkv.portmap.Registration;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Keeps this replica registered at a portmapper that is not its own. Looks each time: rpcbind may
 * come, go, or start anew and have forgotten. What is registered is what the portmapper lists
 * afterwards, whatever it answers when it is told.
 *
 * <p>rpcbind lets only the user who has made a registration, or root, take it away. At its local
 * socket it sees who is calling; whoever comes over TCP is "unknown", and may take away what other
 * unknowns have registered. So both ways are tried. Blocks, up to a few seconds. Safe for all
 * threads.
 */
final class PortmapRegistrar {
  /** What a look at the portmapper came to. */
  enum State {
    /** Clients find us there. */
    REGISTERED,
    /** There is a portmapper, and it does not lead to us; the reason has been logged. */
    NOT_REGISTERED,
    /** There is an rpcbind at its local socket, but none at the address where clients ask. */
    OUT_OF_SIGHT,
    /** No portmapper answers, but this machine has traces of one. */
    AWAITED,
    /** No portmapper answers, and nothing tells that one will. */
    NO_PORTMAPPER
  }

  private static final int OWNER_TIMEOUT_MILLIS = 1000;

  private final InetAddress host;
  private final List<List<PortmapEntry>> families;
  private final Supplier<List<InetSocketAddress>> others;
  private final Logger log;
  private final PortmapperWays ways;
  private final Set<String> warnings = new HashSet<>();
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
    this(address, mappings, others, log, LocalRpcbind.ofTheSystem(), Portmap.PORT);
  }

  /**
   * The same, with a portmapper elsewhere.
   *
   * @param portmapPort where the portmapper is asked
   */
  PortmapRegistrar(
      InetAddress address,
      List<Mapping> mappings,
      Supplier<List<InetSocketAddress>> others,
      Logger log,
      LocalRpcbind rpcbind,
      int portmapPort) {
    host = address == null ? InetAddress.getLoopbackAddress() : address;
    families = PortmapEntry.families(address, mappings);
    this.others = others;
    this.log = log;
    ways = new PortmapperWays(host, portmapPort, rpcbind);
  }

  /** Registers us if we are not registered, taking over from an owner that is dead. */
  synchronized State check() {
    if (removed) {
      return State.NOT_REGISTERED;
    }
    try {
      return register(ways.atOurAddress()) ? State.REGISTERED : State.NOT_REGISTERED;
    } catch (PortmapException e) {
      if (e.reason() == PortmapException.Reason.REFUSED) {
        return registerOutOfSight();
      }
      warn("the portmapper at " + host.getHostAddress() + " does not answer: " + e.getMessage());
      return State.NOT_REGISTERED;
    }
  }

  /** So that it leads to us as soon as it can be asked. */
  private State registerOutOfSight() {
    Optional<Portmapper> local = ways.local();
    if (local.isEmpty()) {
      return ways.trace().isPresent() ? State.AWAITED : State.NO_PORTMAPPER;
    }
    try {
      register(local.get());
    } catch (PortmapException e) {
      warn("rpcbind does not answer at its local socket: " + e.getMessage());
    }
    return State.OUT_OF_SIGHT;
  }

  /** Whether an rpcbind listens at its local socket. */
  boolean isRpcbindThere() {
    return ways.local().isPresent();
  }

  /** The answer is about the first family: IPv4, unless our address is one of IPv6. */
  private boolean register(Portmapper seen) throws PortmapException {
    List<Registration> before = seen.registrations();
    List<List<PortmapEntry>> missing =
        families.stream().filter(family -> !isThere(family, before)).toList();
    for (List<PortmapEntry> family : missing) {
      register(family, before, seen);
    }
    List<Registration> now = missing.isEmpty() ? before : seen.registrations();
    if (families.stream().allMatch(family -> isThere(family, now))) {
      warnings.clear();
    }
    boolean isRegistered = isThere(families.get(0), now);
    if (isRegistered && !isThere(families.get(0), before)) {
      registered();
    }
    return isRegistered;
  }

  private static boolean isThere(List<PortmapEntry> family, List<Registration> listed) {
    return family.stream().allMatch(entry -> entry.isIn(listed));
  }

  private void register(List<PortmapEntry> family, List<Registration> listed, Portmapper seen)
      throws PortmapException {
    for (PortmapEntry entry : family) {
      Optional<InetSocketAddress> other = entry.occupant(listed).flatMap(entry::target);
      if (!entry.isIn(listed) && other.isPresent() && answers(other.get())) {
        warn(
            "another server is registered at the portmapper, at port "
                + other.get().getPort()
                + "; clients that ask there do not find this one");
        return;
      }
    }
    Optional<Portmapper> local = ways.local();
    if (local.isPresent() && registerBy(local.get(), family, seen)) {
      return;
    }
    if (!registerBy(ways.atLoopback(), family, seen)) {
      warn(
          "the portmapper does not let us register"
              + (family.equals(families.get(0)) ? "" : " over IPv6")
              + whatIsInTheWay(family, seen));
    }
  }

  /** UNSET may take away the places of all transports, those that were right as well. */
  private static boolean registerBy(Portmapper way, List<PortmapEntry> family, Portmapper seen)
      throws PortmapException {
    List<Registration> before = seen.registrations();
    for (PortmapEntry entry : family) {
      if (!entry.isIn(before) && entry.occupant(before).isPresent()) {
        way.unset(entry.registration());
      }
    }
    List<Registration> left = seen.registrations();
    for (PortmapEntry entry : family) {
      if (entry.occupant(left).isEmpty()) {
        way.set(entry.registration());
      }
    }
    return isThere(family, seen.registrations());
  }

  private static String whatIsInTheWay(List<PortmapEntry> family, Portmapper seen)
      throws PortmapException {
    List<Registration> listed = seen.registrations();
    for (PortmapEntry entry : family) {
      Optional<Registration> occupant = entry.occupant(listed);
      if (!entry.isIn(listed) && occupant.isPresent()) {
        return ": "
            + occupant.get().netId()
            + " is registered at "
            + printable(occupant.get().address())
            + " by "
            + owner(occupant.get())
            + ", where nobody answers; \"rpcinfo -d "
            + occupant.get().program()
            + " "
            + occupant.get().version()
            + "\" as that user or as root takes it out";
      }
    }
    return "";
  }

  private static String owner(Registration occupant) {
    String owner = printable(occupant.owner());
    if (owner.isEmpty()) {
      return "another user";
    }
    return Character.isDigit(owner.charAt(0)) ? "user " + owner : owner;
  }

  private static String printable(String text) {
    return text.replaceAll("[^!-~]", "?");
  }

  private void registered() {
    log.info("registered at the portmapper at {}", host.getHostAddress());
    if (host instanceof Inet4Address
        && host.isLoopbackAddress()
        && !host.equals(InetAddress.getLoopbackAddress())) {
      log.warn(
          "the portmapper of this machine has one place for all loopback addresses: a C client finds"
              + " one replica there, whichever address it asks");
    }
  }

  /** Removes our registration, if it still is ours and leads to nobody else on this machine. */
  synchronized void remove() {
    removed = true;
    try {
      Portmapper seen = seen();
      List<Registration> listed = seen.registrations();
      Set<InetSocketAddress> heirs = new LinkedHashSet<>();
      List<PortmapEntry> leaving = new ArrayList<>();
      for (PortmapEntry entry : entriesIn(listed)) {
        heir(entry).ifPresentOrElse(heirs::add, () -> leaving.add(entry));
      }
      heirs.forEach(heir -> log.info("the registration stays for the replica at {}", heir));
      remove(leaving, seen);
    } catch (PortmapException e) {
      log.info("not unregistered: {}", e.getMessage());
    }
  }

  private Portmapper seen() throws PortmapException {
    try {
      return ways.atOurAddress();
    } catch (PortmapException e) {
      if (e.reason() == PortmapException.Reason.REFUSED) {
        return ways.local().orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private List<PortmapEntry> entriesIn(List<Registration> listed) {
    return families.stream().flatMap(List::stream).filter(each -> each.isIn(listed)).toList();
  }

  /** Another replica to which our registration leads as well, and which lives. */
  private Optional<InetSocketAddress> heir(PortmapEntry entry) {
    return others.get().stream()
        .filter(other -> entry.isSharedWith(other) && answers(other))
        .findFirst();
  }

  private void remove(List<PortmapEntry> leaving, Portmapper seen) throws PortmapException {
    Optional<Portmapper> local = ways.local();
    if (leaving.isEmpty() || local.isPresent() && isRemovedBy(local.get(), leaving, seen)) {
      return;
    }
    if (!isRemovedBy(ways.atLoopback(), leaving, seen)) {
      log.info("not unregistered: another user has registered this replica");
    }
  }

  private static boolean isRemovedBy(Portmapper way, List<PortmapEntry> leaving, Portmapper seen)
      throws PortmapException {
    for (PortmapEntry entry : leaving) {
      way.unset(entry.registration());
    }
    List<Registration> left = seen.registrations();
    return leaving.stream().noneMatch(entry -> entry.isIn(left));
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
    if (warnings.add(warning)) {
      log.warn("{}", warning);
    }
  }
}
