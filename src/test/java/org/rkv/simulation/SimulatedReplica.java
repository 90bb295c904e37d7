package org.rkv.simulation;

import java.util.List;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.Timers;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.PortmapperUse;
import org.rkv.replica.Settings;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.replica.peer.ReplicaAddress;
import org.slf4j.Logger;

/** A replica on a machine of its own: what an operator, or a power cut, can do to it. */
final class SimulatedReplica {
  private static final long STOP_MILLIS = 4500;

  private final Machine machine;
  private final Plan plan;
  private final Scheduler scheduler;
  private final Fabric fabric;
  private final Journal journal;
  private final Mutant mutant;
  private final Settings settings;
  private List<ReplicaAddress> peers = List.of();
  private int filesUnread;
  private boolean stopping;
  private ReplicaUnderTest replica;
  private int starts;

  SimulatedReplica(
      Machine machine,
      Plan plan,
      Scheduler scheduler,
      Fabric fabric,
      Journal journal,
      Mutant mutant) {
    this.machine = machine;
    this.plan = plan;
    this.scheduler = scheduler;
    this.fabric = fabric;
    this.journal = journal;
    this.mutant = mutant;
    settings =
        new Settings(
            machine.name(),
            KvProgram.DEFAULT_PORT,
            null,
            plan.peerTimeoutMillis(),
            plan.limits(),
            1 << 30,
            plan.tombstoneGraceMillis(),
            plan.secret(),
            null,
            ConnectionLimits.forRecords(1 << 20),
            false,
            true,
            PortmapperUse.NONE);
  }

  Machine machine() {
    return machine;
  }

  /** Where others call it. */
  ReplicaAddress address() {
    return new ReplicaAddress(
        machine.name(), machine.host(), List.of(machine.address()), KvProgram.DEFAULT_PORT);
  }

  /** Starts it, empty. */
  void start() {
    journal.add("{} starts", machine);
    filesUnread = 0;
    stopping = false;
    starts++;
    Process process = machine.start();
    replica = mutant.replica(this, process, journal.loggerOf(machine));
    machine.listen(replica.server());
    process.afterEach(() -> mutant.afterEach(replica));
    process.happens(replica::begin);
  }

  /** What a new process of it is made of. */
  ReplicaUnderTest make(Timers timers, long origin, Logger log) {
    long[] next = {origin};
    return new ReplicaUnderTest(
        settings,
        List.of(machine.address()),
        peers,
        fabric.networkOf(machine.process()),
        timers,
        () -> {
          long now = next[0];
          next[0] = scheduler.random().nextLong();
          return now;
        },
        log);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Plan plan() {
    return plan;
  }

  /** The replica file says this now; a running process sees it soon. */
  void peers(List<ReplicaAddress> newPeers) {
    peers = newPeers;
    Process process = machine.process();
    if (process != null) {
      ReplicaUnderTest running = replica;
      filesUnread++;
      process.happens(
          () -> {
            filesUnread--;
            running.peers(newPeers);
          });
    }
  }

  /** Whether no running process has still to see what the replica file says. */
  boolean hasReadItsFile() {
    return !isRunning() || filesUnread == 0;
  }

  /** How often it has started. */
  int starts() {
    return starts;
  }

  boolean isRunning() {
    return machine.process() != null;
  }

  boolean isPaused() {
    return isRunning() && machine.process().isPaused();
  }

  /** Whether it runs and was told to stop. */
  boolean isStopping() {
    return isRunning() && stopping;
  }

  /** Whether it runs, paused or not, will go on, and holds all that was ever acknowledged. */
  boolean isServing() {
    return isRunning() && !stopping && replica.isServing();
  }

  /** Whether it answers clients. */
  boolean isAnswering() {
    return isRunning() && replica.isAnswering();
  }

  /** Whether all of its list are there, and nobody has still to hear that it is taken out. */
  boolean isWhole() {
    return isRunning() && replica.isWhole();
  }

  /** Only while it runs. */
  ReplicaUnderTest replica() {
    return replica;
  }

  /** SIGTERM: it ends soon. */
  void stop() {
    journal.add("{} is to stop", machine);
    stopping = true;
    Process process = machine.process();
    ReplicaUnderTest running = replica;
    process.happens(
        () ->
            running.stop(
                STOP_MILLIS,
                () -> {
                  if (!process.isEnded()) {
                    journal.add("{} stops", machine);
                    end(process);
                  }
                }));
  }

  /** kill -9. */
  void kill() {
    journal.add("{} is killed", machine);
    end(machine.process());
  }

  private void end(Process process) {
    machine.kill();
    fabric.killed(process);
  }

  /** The power fails. */
  void switchOff() {
    journal.add("{} is switched off", machine);
    Process process = machine.process();
    machine.switchOff();
    fabric.switchedOff(process);
  }

  void pause() {
    journal.add("{} is paused", machine);
    machine.process().pause();
  }

  void resume() {
    journal.add("{} goes on", machine);
    machine.process().resume();
  }
}
