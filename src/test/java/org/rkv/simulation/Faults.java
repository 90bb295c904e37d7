package org.rkv.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.rkv.replica.core.Settling;

/**
 * What goes wrong in a run, and how it is put right again at its end.
 *
 * <p>The rule of it: once a replica has served, there is always one left that serves. The stores
 * are in memory, so when the last of them is gone its acknowledged writes are gone, and nobody
 * promises otherwise. Machines may be paused, cut off and slow all at the same time.
 */
final class Faults {
  /** Of a wall clock that is rough. */
  static final int MOST_CLOCK_ERROR_MILLIS = 25 * 60_000;

  private static final long HOUR_MILLIS = 3_600_000;
  private static final long YEAR_MILLIS = 365 * 24 * HOUR_MILLIS;
  private static final long SECOND_MILLIS = 1000;

  private static final long LOOK_MILLIS = 50;

  /** How long it takes until all have seen a change of their replica files. */
  private static final int FILE_MILLIS = 1000;

  private final Scheduler scheduler;
  private final Random random;
  private final Fabric fabric;
  private final Journal journal;
  private final Plan plan;
  private final List<SimulatedReplica> replicas;
  private final List<Machine> clients;

  /** What is to be put right, each once, at its time or at the end. */
  private final List<Remedy> remedies = new ArrayList<>();

  /** Down and in no replica file, or on its way there or back; or null. */
  private SimulatedReplica takenOut;

  private int filesWritten;
  private boolean restarting;

  private Ambush ambush;
  private boolean over;
  private boolean everServed;
  private int count;

  Faults(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    fabric = cluster.fabric();
    journal = cluster.journal();
    plan = cluster.plan();
    replicas = cluster.replicas();
    clients = cluster.clients().stream().map(SimulatedClient::machine).toList();
    fabric.tap(this::arrives);
  }

  /** The end of one fault. */
  private final class Remedy {
    private final Runnable action;
    private boolean done;

    Remedy(Runnable action) {
      this.action = action;
    }

    void apply() {
      if (!done) {
        done = true;
        action.run();
      }
    }
  }

  /**
   * Begins: every replica gets a wall clock of its own, and then there is one fault after another.
   */
  void begin() {
    for (SimulatedReplica replica : replicas) {
      setWallClock(replica);
    }
    next();
  }

  /** How many there were. */
  int count() {
    return count;
  }

  private void next() {
    double interval = -Math.log(1 - random.nextDouble()) * plan.meanFaultIntervalMillis();
    scheduler.afterMillis(
        (long) interval,
        () -> {
          if (!over) {
            count++;
            strike();
            next();
          }
        });
  }

  /** Ends all faults that still go on, and lets no new one begin. */
  void heal() {
    journal.add("all faults end");
    over = true;
    ambush = null;
    for (Remedy remedy : List.copyOf(remedies)) {
      remedy.apply();
    }
    remedies.clear();
    if (takenOut != null) {
      putBack(0);
    }
  }

  private void strike() {
    if (random.nextDouble() < plan.ambushShare()) {
      ambush();
      return;
    }
    if (plan.restartShare() > 0 && random.nextDouble() < plan.restartShare()) {
      restartAllBut(anyReplica());
      return;
    }
    switch (random.nextInt(14)) {
      case 0 -> breakConnections();
      case 1 -> silence(any(), any(), duration());
      case 2 -> {
        Machine one = any();
        Machine other = any();
        long millis = duration();
        silence(one, other, millis);
        silence(other, one, millis);
      }
      case 3 -> partition();
      case 4 -> pause(anyReplica(), duration());
      case 5, 6 -> crash(anyReplica(), downtime());
      case 7 -> setWallClock(anyReplica());
      case 8 -> ambush();
      case 9 -> takeOut(anyReplica());
      case 10 -> jump(anyReplica());
      case 11 -> restartAllBut(anyReplica());
      case 12 -> stop(anyReplica(), downtime());
      default -> breakConnections();
    }
  }

  private long duration() {
    return scheduler.skewed(5, plan.longestFaultMillis());
  }

  /** Often so short that others do not notice. */
  private long downtime() {
    return scheduler.skewed(1, 3000);
  }

  private SimulatedReplica anyReplica() {
    return replicas.get(random.nextInt(replicas.size()));
  }

  private Machine any() {
    return random.nextInt(5) == 0
        ? clients.get(random.nextInt(clients.size()))
        : anyReplica().machine();
  }

  private void remedyAfter(long millis, Runnable action) {
    Remedy remedy = new Remedy(action);
    remedies.add(remedy);
    scheduler.afterMillis(
        millis,
        () -> {
          remedies.remove(remedy);
          remedy.apply();
        });
  }

  private void breakConnections() {
    Machine one = any();
    Machine other = any();
    journal.add("connections between {} and {} break", one, other);
    fabric.breakBetween(one, other, random.nextBoolean() ? 1 : 0.5);
  }

  private void silence(Machine from, Machine to, long millis) {
    if (from == to) {
      return;
    }
    journal.add("silence from {} to {} for {} ms", from, to, millis);
    fabric.silence(from, to);
    remedyAfter(
        millis,
        () -> {
          journal.add("no more silence from {} to {}", from, to);
          fabric.unsilence(from, to);
        });
  }

  /** Some replicas on one side, the others on the other; clients reach both. */
  private void partition() {
    long millis = duration();
    List<Machine> left = new ArrayList<>();
    List<Machine> right = new ArrayList<>();
    for (SimulatedReplica replica : replicas) {
      (random.nextBoolean() ? left : right).add(replica.machine());
    }
    for (Machine one : left) {
      for (Machine other : right) {
        silence(one, other, millis);
        silence(other, one, millis);
      }
    }
  }

  private void pause(SimulatedReplica replica, long millis) {
    if (!replica.isRunning() || replica.isPaused()) {
      return;
    }
    replica.pause();
    Process paused = replica.machine().process();
    remedyAfter(
        millis,
        () -> {
          if (!paused.isEnded()) {
            replica.resume();
          }
        });
  }

  private void crash(SimulatedReplica replica, long downMillis) {
    if (!replica.isRunning() || replica.isStopping() || !mayCrash(replica)) {
      return;
    }
    if (random.nextBoolean()) {
      replica.kill();
    } else {
      replica.switchOff();
    }
    remedyAfter(downMillis, replica::start);
  }

  /** A replica is restarted by its operator, who ends by force what has not ended after a while. */
  private void stop(SimulatedReplica replica, long waitMillis) {
    if (!replica.isRunning() || replica.isStopping() || !mayCrash(replica)) {
      return;
    }
    replica.stop();
    remedyAfter(
        waitMillis,
        () -> {
          if (replica.isRunning()) {
            replica.kill();
          }
          replica.start();
        });
  }

  /**
   * A replica dies, and the operator takes it out of the replica files; later it is put back into
   * all of them and then, when all have seen it, started.
   */
  private void takeOut(SimulatedReplica replica) {
    if (takenOut != null
        || replicas.size() < 3
        || !replica.isRunning()
        || replica.isStopping()
        || !mayCrash(replica)
        || plan.clocks() == Plan.Clocks.ONE_ROUGH && replica == replicas.get(0)) {
      return;
    }
    takenOut = replica;
    replica.kill();
    List<SimulatedReplica> rest = new ArrayList<>(replicas);
    rest.remove(replica);
    journal.add("{} is taken out of all replica files", replica.machine());
    list(rest, FILE_MILLIS);
    scheduler.afterMillis(
        FILE_MILLIS + scheduler.skewed(1, 3000),
        () -> {
          if (!over) {
            putBack(FILE_MILLIS);
          }
        });
  }

  private void putBack(int withinMillis) {
    journal.add("{} is put back into all replica files", takenOut.machine());
    list(replicas, withinMillis);
    scheduler.afterMillis(withinMillis + 1, this::startTakenOut);
  }

  private void startTakenOut() {
    if (takenOut != null) {
      if (replicas.stream().allMatch(SimulatedReplica::hasReadItsFile)) {
        takenOut.start();
        takenOut = null;
      } else {
        scheduler.afterMillis(1, this::startTakenOut);
      }
    }
  }

  /** Each replica sees the change at a time of its own, unless there is another one before. */
  private void list(List<SimulatedReplica> named, int withinMillis) {
    int edition = ++filesWritten;
    for (SimulatedReplica replica : replicas) {
      scheduler.afterMillis(
          random.nextInt(withinMillis + 1),
          () -> {
            if (edition == filesWritten) {
              replica.peers(SimulatedCluster.othersOf(replica, named));
            }
          });
    }
  }

  private boolean mayCrash(SimulatedReplica replica) {
    everServed |= replicas.stream().anyMatch(SimulatedReplica::isServing);
    return !everServed
        || replicas.stream().anyMatch(other -> other != replica && other.isServing());
  }

  private void setWallClock(SimulatedReplica replica) {
    setWallClock(
        replica,
        random.nextBoolean()
            ? random.nextInt(2 * MOST_CLOCK_ERROR_MILLIS) - MOST_CLOCK_ERROR_MILLIS
            : random.nextInt(20) - 10);
  }

  private void setWallClock(SimulatedReplica replica, long error) {
    journal.add("the wall clock of {} is set {} ms beside the time", replica.machine(), error);
    replica.machine().setWallClockError(error);
  }

  /** By an hour, or by a year for a second, either way. */
  private void jump(SimulatedReplica replica) {
    if (plan.clocks() == Plan.Clocks.ROUGH
        || plan.clocks() == Plan.Clocks.ONE_ROUGH && replica == replicas.get(0)) {
      setWallClock(replica);
      return;
    }
    long before = replica.machine().wallClockErrorMillis();
    int sign = random.nextInt(3) == 0 ? -1 : 1;
    if (random.nextBoolean()) {
      setWallClock(replica, sign * (HOUR_MILLIS + random.nextInt(MOST_CLOCK_ERROR_MILLIS)));
    } else {
      setWallClock(replica, before + sign * YEAR_MILLIS);
      remedyAfter(SECOND_MILLIS, () -> setWallClock(replica, before));
    }
  }

  /** One after the other, each when the one before serves again, as an operator does. */
  private void restartAllBut(SimulatedReplica spared) {
    if (restarting) {
      return;
    }
    restarting = true;
    List<SimulatedReplica> others = new ArrayList<>(replicas);
    others.remove(spared);
    journal.add("all but {} are restarted one after another", spared.machine());
    restart(others);
  }

  /**
   * What random faults seldom hit: one replica restarts when the others are about to forget a
   * tombstone, and so keeps it for longer; all others when they have forgotten it.
   */
  private void restartAround() {
    restarting = true;
    List<SimulatedReplica> order = new ArrayList<>(replicas);
    Collections.shuffle(order, random);
    long atMillis = plan.tombstoneGraceMillis() * 7 / 8;
    for (SimulatedReplica replica : order) {
      scheduler.afterMillis(atMillis, () -> restart(replica));
      atMillis += 2 * Settling.TICK_MILLIS;
    }
    scheduler.afterMillis(atMillis, () -> restarting = false);
  }

  private void restart(SimulatedReplica replica) {
    if (!over) {
      crash(replica, scheduler.skewed(1, 50));
    }
  }

  private void restart(List<SimulatedReplica> rest) {
    if (over || rest.isEmpty()) {
      restarting = false;
      return;
    }
    SimulatedReplica next = rest.get(0);
    crash(next, downtime());
    scheduler.afterMillis(
        scheduler.skewed(50, 1500), () -> restartWhenServing(next, rest.subList(1, rest.size())));
  }

  private void restartWhenServing(SimulatedReplica before, List<SimulatedReplica> rest) {
    if (before.isServing()) {
      restart(rest);
    } else if (!over) {
      scheduler.afterMillis(LOOK_MILLIS, () -> restartWhenServing(before, rest));
    }
  }

  /**
   * What random faults seldom hit: a writer reaches only one peer, and that one crashes as soon as
   * it has answered, to come back at once, so that its answer is from a former life; or the writer
   * does, so that only that peer has what it wrote.
   */
  private void ambush() {
    if (replicas.size() < 3) {
      return;
    }
    SimulatedReplica writer = anyReplica();
    SimulatedReplica victim = anyReplica();
    if (writer == victim) {
      return;
    }
    journal.add("an ambush for {} as it answers {}", victim.machine(), writer.machine());
    long slowMillis = scheduler.skewed(50, Math.max(51, plan.peerTimeoutMillis() - 100));
    for (SimulatedReplica slow : replicas) {
      if (slow != writer && slow != victim) {
        silence(writer.machine(), slow.machine(), slowMillis);
      }
    }
    Ambush set = new Ambush(writer, victim, random.nextBoolean(), random.nextInt(3) == 0);
    ambush = set;
    scheduler.afterMillis(
        slowMillis,
        () -> {
          if (ambush == set) {
            ambush = null;
          }
        });
  }

  /** The victim, or the writer, crashes after a write; they may not hear of one another then. */
  private record Ambush(
      SimulatedReplica writer,
      SimulatedReplica victim,
      boolean cutOffAfterwards,
      boolean strikesWriter) {}

  private void arrives(Machine from, Machine to, byte[] message) {
    if (Messages.isDelete(message)
        && !over
        && !restarting
        && scheduler.chance(plan.restartShare())) {
      restartAround();
    }
    Ambush set = ambush;
    if (set == null
        || from != set.writer.machine()
        || to != set.victim.machine()
        || !Messages.isReplicaWrite(message)) {
      return;
    }
    ambush = null;
    // The answer leaves first, and mostly arrives.
    scheduler.after(scheduler.skewed(1, 8000) * 1000, () -> spring(set));
  }

  private void spring(Ambush set) {
    if (over || !set.victim.isRunning() || set.victim.isStopping() || !mayCrash(set.victim)) {
      return;
    }
    if (set.strikesWriter) {
      crash(set.writer, scheduler.skewed(1, 20));
    } else if (set.cutOffAfterwards) {
      set.victim.switchOff();
      long millis = scheduler.skewed(500, plan.longestFaultMillis());
      silence(set.writer.machine(), set.victim.machine(), millis);
      silence(set.victim.machine(), set.writer.machine(), millis);
      remedyAfter(scheduler.skewed(1, 20), set.victim::start);
    } else {
      crash(set.victim, scheduler.skewed(1, 20));
    }
  }
}
