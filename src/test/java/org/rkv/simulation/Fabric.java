package org.rkv.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rkv.net.ChannelListener;
import org.rkv.net.Network;
import org.rkv.net.Timers;

/**
 * The network between the machines: who can reach whom, how long it takes, and all connections.
 * Messages of one connection never overtake each other; those of different ones do.
 */
final class Fabric {
  private static final int FIRST_CALLERS_PORT = 30_000;
  private static final int MACHINES = 256;
  private static final int REMEMBERED_CONNECTIONS = 256;

  private final Scheduler scheduler;
  private final Map<String, Machine> machines = new HashMap<>();
  private final List<Connection> connections = new ArrayList<>();

  /** By the last byte of the addresses, from and to: how many faults keep the way silent. */
  private final int[][] silences = new int[MACHINES][MACHINES];

  private final long mostLatencyMicros;
  private final Tampering tampering;
  private Tap tap = (from, to, message) -> {};
  private int connectionsMade;

  /** Sees what arrives. */
  interface Tap {
    /** A message is about to be read by the machine it was sent to. */
    void arrives(Machine from, Machine to, byte[] message);
  }

  /** Makes a network without machines. */
  Fabric(Scheduler scheduler, long mostLatencyMicros, Tampering tampering) {
    this.scheduler = scheduler;
    this.mostLatencyMicros = mostLatencyMicros;
    this.tampering = tampering;
  }

  void add(Machine machine) {
    machines.put(machine.host(), machine);
  }

  void tap(Tap newTap) {
    tap = newTap;
  }

  /** What a process of this machine connects with. */
  Network networkOf(Process process) {
    return (host, port, timeoutMillis, listener) ->
        new Attempt(process, machines.get(host), port, listener).begin(timeoutMillis);
  }

  /** How long the next message takes: mostly little, now and then much. */
  long latencyNanos() {
    return 1000
        * scheduler.skewed(30, scheduler.chance(0.02) ? 40 * mostLatencyMicros : mostLatencyMicros);
  }

  boolean isSilent(Machine from, Machine to) {
    return silences[from.number()][to.number()] > 0;
  }

  /** From now on nothing comes through this way; what is sent waits. */
  void silence(Machine from, Machine to) {
    silences[from.number()][to.number()]++;
  }

  /** Takes one silence back; when it was the last, what waited comes after a while. */
  void unsilence(Machine from, Machine to) {
    if (--silences[from.number()][to.number()] == 0) {
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
    if (!tampering.takes(message, out, back)) {
      out.send(message);
    }
  }

  void arrived(Machine from, Machine to, byte[] message) {
    tap.arrives(from, to, message);
  }

  /** The making of one connection. Its start is repeated while nobody answers, as TCP does. */
  private final class Attempt {
    private final Process from;
    private final Machine to;
    private final int port;
    private final ChannelListener listener;
    private Timers.Timer deadline;
    private boolean decided;

    Attempt(Process from, Machine to, int port, ChannelListener listener) {
      this.from = from;
      this.to = to;
      this.port = port;
      this.listener = listener;
    }

    void begin(long timeoutMillis) {
      deadline = from.schedule(timeoutMillis, () -> failed("no connection in time"));
      scheduler.after(latencyNanos(), this::arrives);
    }

    private void arrives() {
      if (decided || from.isEnded()) {
        return;
      }
      if (to.isOff() || isSilent(from.machine(), to) || isSilent(to, from.machine())) {
        scheduler.afterMillis(scheduler.skewed(200, 1000), this::arrives);
      } else if (to.listener() == null) {
        scheduler.after(latencyNanos(), () -> from.happens(() -> failed("connection refused")));
      } else {
        decided = true;
        deadline.cancel();
        connected();
      }
    }

    private void connected() {
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
