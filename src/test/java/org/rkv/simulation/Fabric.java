package org.rkv.simulation;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.net.AddressLiteral;
import org.rkv.net.ChannelListener;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.net.TriedAddresses;

/**
 * The network between the machines: who can reach whom, how long it takes, and all connections.
 * Messages of one connection never overtake each other; those of different ones do.
 */
final class Fabric {
  private static final int FIRST_CALLERS_PORT = 30_000;
  private static final int MACHINES = 256;

  /** As in production: how long one address has before the next is tried as well. */
  private static final long NEXT_ADDRESS_MILLIS = 250;

  private static final int REMEMBERED_CONNECTIONS = 256;

  private final Scheduler scheduler;
  private final Map<InetAddress, Machine> machines = new HashMap<>();

  /** Where the name of each machine leads. */
  private final Map<String, List<InetAddress>> names = new HashMap<>();

  private final List<Connection> connections = new ArrayList<>();

  /** By the last byte of the addresses, from and to: how many faults keep the way silent. */
  private final int[][] silences = new int[MACHINES][MACHINES];

  /** When the last of them ended; zero if there was none. */
  private final long[][] silenceOverNanos = new long[MACHINES][MACHINES];

  private final long mostLatencyMicros;
  private final Tampering tampering;
  private final List<Tap> taps = new ArrayList<>();
  private int connectionsMade;

  /** Sees what passes. */
  interface Tap {
    /** A message is sent. */
    default void leaves(Machine from, Machine to, byte[] message) {}

    /** A message is about to be read by the machine it was sent to. */
    void arrives(Machine from, Machine to, byte[] message);
  }

  /** Makes a network without machines. */
  Fabric(Scheduler scheduler, long mostLatencyMicros, Tampering tampering) {
    this.scheduler = scheduler;
    this.mostLatencyMicros = mostLatencyMicros;
    this.tampering = tampering;
  }

  /** From now on the machine can be reached, and its name leads to it. */
  void add(Machine machine) {
    machines.put(machine.address(), machine);
    names.put(machine.name(), List.of(machine.address()));
    machine.names(new NameService(names));
  }

  /** The address that the name of a machine leads to; an address as it is. */
  String addressOf(String host) {
    List<InetAddress> known = names.get(NameService.plain(host));
    return known == null ? host : AddressLiteral.text(known.get(0));
  }

  /** The machine that a host is, however it is spelled; the host itself if it is none. */
  String nameOf(String host) {
    return AddressLiteral.parse(host)
        .map(machines::get)
        .map(Machine::name)
        .orElse(NameService.plain(host));
  }

  void tap(Tap newTap) {
    taps.add(newTap);
  }

  /** What a process of this machine connects with. */
  Network networkOf(Process process) {
    return new NetworkOf(process);
  }

  /** Looks names up where the machine of a process does. */
  private final class NetworkOf implements Network {
    private final Process process;
    private final Map<String, TriedAddresses> tried = new HashMap<>();

    NetworkOf(Process process) {
      this.process = process;
    }

    @Override
    public void connect(String host, int port, long timeoutMillis, ChannelListener listener) {
      Attempt attempt = new Attempt(process, port, listener);
      attempt.begin(timeoutMillis);
      NameService service = process.machine().names();
      long delayMillis = service.delayMillis(host);
      if (delayMillis == 0) {
        found(service.addressesOf(host), host, attempt, listener);
      } else {
        scheduler.afterMillis(
            delayMillis,
            () -> process.happens(() -> found(service.addressesOf(host), host, attempt, listener)));
      }
    }

    private void found(
        List<InetAddress> addresses, String host, Attempt attempt, ChannelListener listener) {
      if (!addresses.isEmpty()) {
        listener.resolved(addresses);
        attempt.go(tried(host).inOrder(addresses));
      } else {
        attempt.go(tried(host).lastRight());
      }
    }

    private TriedAddresses tried(String host) {
      return tried.computeIfAbsent(host, any -> new TriedAddresses());
    }

    @Override
    public void ledRight(String host, int port, InetAddress address) {
      tried(host).ledRight(address);
    }

    @Override
    public void ledElsewhere(String host, int port, InetAddress address) {
      tried(host).ledElsewhere(address);
    }
  }

  /** How long the next message takes: mostly little, now and then much. */
  long latencyNanos() {
    return 1000
        * scheduler.skewed(30, scheduler.chance(0.02) ? 40 * mostLatencyMicros : mostLatencyMicros);
  }

  boolean isSilent(Machine from, Machine to) {
    return silences[from.number()][to.number()] > 0;
  }

  /** Whether it is so now, or was at any time since. */
  boolean wasSilentSince(Machine from, Machine to, long nanos) {
    long overNanos = silenceOverNanos[from.number()][to.number()];
    return isSilent(from, to) || overNanos > 0 && overNanos >= nanos;
  }

  /** From now on nothing comes through this way; what is sent waits. */
  void silence(Machine from, Machine to) {
    silences[from.number()][to.number()]++;
  }

  /** The same, both ways. */
  void silenceBetween(Machine one, Machine other) {
    silence(one, other);
    silence(other, one);
  }

  /** Takes one silence back both ways. */
  void unsilenceBetween(Machine one, Machine other) {
    unsilence(one, other);
    unsilence(other, one);
  }

  /** Takes one silence back; when it was the last, what waited comes after a while. */
  void unsilence(Machine from, Machine to) {
    if (--silences[from.number()][to.number()] == 0) {
      silenceOverNanos[from.number()][to.number()] = scheduler.nowNanos();
      for (Connection connection : connections) {
        if (connection.isBetween(from, to)) {
          scheduler.afterMillis(scheduler.skewed(1, 200), connection::flow);
        }
      }
    }
  }

  /** Breaks the connections between two machines, some or all. */
  void breakBetween(Machine one, Machine other, double share) {
    for (Connection connection : List.copyOf(connections)) {
      if (connection.isBetween(one, other) && scheduler.chance(share)) {
        connection.breakOff();
      }
    }
  }

  /** A process was killed. */
  void killed(Process process) {
    connections.stream().filter(c -> c.isOf(process)).toList().forEach(c -> c.killed(process));
  }

  /** A machine was switched off under a process. */
  void switchedOff(Process process) {
    connections.stream().filter(c -> c.isOf(process)).toList().forEach(c -> c.switchedOff(process));
  }

  /** Whether what a machine had not sent when it was switched off never left it. */
  boolean isToBeLost() {
    return scheduler.chance(0.5);
  }

  /** Whether what arrives for a process that is gone is answered with a reset. */
  boolean resets() {
    return tampering.resets();
  }

  void send(byte[] message, Pipe out, Pipe back) {
    taps.forEach(tap -> tap.leaves(out.from(), out.to(), message));
    if (!tampering.takes(message, out, back)) {
      out.send(message);
    }
  }

  void arrived(Machine from, Machine to, byte[] message) {
    taps.forEach(tap -> tap.arrives(from, to, message));
  }

  /**
   * The making of one connection, to the first address that accepts. The start of each is repeated
   * while nobody answers, as TCP does.
   */
  private final class Attempt {
    private final Process from;
    private final int port;
    private final ChannelListener listener;
    private Timers.Timer deadline;
    private int refusals;
    private boolean decided;

    Attempt(Process from, int port, ChannelListener listener) {
      this.from = from;
      this.port = port;
      this.listener = listener;
    }

    void begin(long timeoutMillis) {
      deadline = from.schedule(timeoutMillis, () -> failed("no connection in time"));
    }

    void go(List<InetAddress> addresses) {
      if (addresses.isEmpty()) {
        scheduler.after(latencyNanos(), () -> from.happens(() -> failed("no such host")));
      }
      for (int i = 0; i < addresses.size(); i++) {
        Machine to = machines.get(addresses.get(i));
        long laterNanos = TimeUnit.MILLISECONDS.toNanos(i * NEXT_ADDRESS_MILLIS);
        scheduler.after(laterNanos + latencyNanos(), () -> arrives(to, addresses.size()));
      }
    }

    private void arrives(Machine to, int addresses) {
      if (decided || from.isEnded()) {
        return;
      }
      boolean unheard = isSilent(from.machine(), to) || isSilent(to, from.machine());
      if (to.isOff() || unheard) {
        scheduler.afterMillis(scheduler.skewed(200, 1000), () -> arrives(to, addresses));
      } else if (to.listener() == null) {
        scheduler.after(latencyNanos(), () -> from.happens(() -> refused(addresses)));
      } else {
        decided = true;
        deadline.cancel();
        connected(to);
      }
    }

    private void refused(int addresses) {
      refusals++;
      if (refusals == addresses) {
        failed("connection refused");
      }
    }

    private void connected(Machine to) {
      Connection connection =
          new Connection(
              scheduler,
              Fabric.this,
              from,
              listener,
              to.process(),
              to.listener(),
              FIRST_CALLERS_PORT + connectionsMade++ % FIRST_CALLERS_PORT,
              port);
      if (connections.size() >= REMEMBERED_CONNECTIONS) {
        connections.removeIf(Connection::isOver);
      }
      connections.add(connection);
      connection.callee().tellOpened();
      scheduler.after(latencyNanos(), connection.caller()::tellOpened);
    }

    private void failed(String reason) {
      if (!decided) {
        decided = true;
        deadline.cancel();
        listener.closed(null, reason);
      }
    }
  }
}
