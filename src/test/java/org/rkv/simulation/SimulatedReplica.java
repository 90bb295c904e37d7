package org.rkv.simulation;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.rkv.net.AddressLiteral;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.Timers;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.EffectiveOptions;
import org.rkv.replica.PortmapperUse;
import org.rkv.replica.Settings;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.replica.data.UnreadableException;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.store.Stamp;
import org.slf4j.Logger;

/** A replica on a machine of its own: what an operator, or a power cut, can do to it. */
final class SimulatedReplica {
  private static final long STOP_MILLIS = 4500;

  /** As long as the program waits. */
  private static final long SETTLED_MILLIS = 5000;

  /** So soon an operator sees that it has ended. */
  private static final long LOOK_MILLIS = 100;

  private final Plan plan;
  private final Scheduler scheduler;
  private final Fabric fabric;
  private final Lists lists;
  private final Journal journal;
  private final Mutant mutant;
  private List<ReplicaAddress> peers = List.of();
  private Machine machine;

  /** Where the one before runs while a twin has its name; or null. */
  private Machine machineBefore;

  private ReplicaUnderTest replicaBefore;

  /** Whether another machine has a copy of what was on its disk. */
  private boolean isCopied;

  private boolean stopping;

  /** Whether its replica file was ever written after the beginning, and when that was last. */
  private boolean isListed;

  private long listedNanos;

  /** When damage was found last. */
  private long damagedNanos;

  private boolean awaitsFile;
  private ReplicaUnderTest replica;

  /** Of the process that runs, if it has one. */
  private SimulatedDisk disk;

  private int starts;

  SimulatedReplica(
      Machine machine,
      Plan plan,
      Scheduler scheduler,
      Fabric fabric,
      Lists lists,
      Journal journal,
      Mutant mutant) {
    this.machine = machine;
    this.plan = plan;
    this.scheduler = scheduler;
    this.fabric = fabric;
    this.lists = lists;
    this.journal = journal;
    this.mutant = mutant;
  }

  Machine machine() {
    return machine;
  }

  /** Its entry of a replica file, not looked up yet. */
  ReplicaAddress address() {
    return new ReplicaAddress(machine.name(), machine.name(), List.of(), KvProgram.DEFAULT_PORT);
  }

  /**
   * Starts it, empty, if it does not run. By a file that names nobody else it begins when that has
   * been the same for five seconds.
   */
  void start() {
    long settledMillis = (scheduler.nowNanos() - listedNanos) / 1_000_000;
    if (isRunning() || !isListed || !peers.isEmpty() || settledMillis >= SETTLED_MILLIS) {
      startAtOnce();
    } else if (!awaitsFile) {
      journal.add("{} waits until its replica file is whole", machine);
      awaitsFile = true;
      scheduler.afterMillis(SETTLED_MILLIS - settledMillis, this::startIfItWaits);
    }
  }

  private void startIfItWaits() {
    if (awaitsFile) {
      awaitsFile = false;
      start();
    }
  }

  private void startAtOnce() {
    if (isRunning()) {
      return;
    }
    awaitsFile = false;
    journal.add("{} starts", machine);
    stopping = false;
    starts++;
    Process process = machine.start();
    replica = mutant.replica(this, process, journal.loggerOf(machine));
    machine.listen(replica.server());
    lists.took(machine, peers);
    process.afterEach(() -> mutant.afterEach(replica));
    replica.onGivingWay(() -> giveWay(process));
    if (mutant.isOnDisks()) {
      beginOnDisk(process);
    } else {
      process.happens(replica::begin);
    }
  }

  private void beginOnDisk(Process process) {
    ReplicaUnderTest started = replica;
    Logger log = journal.loggerOf(machine);
    try {
      started.read(machine.disk());
    } catch (UnreadableException e) {
      if (e.isDamage() && machine.disk().isTouched()) {
        journal.add("{} serves nothing: {}", machine, e.getMessage());
        damagedNanos = scheduler.nowNanos();
        process.happens(() -> started.beginDamaged(machine.disk().place(), e.getMessage()));
      } else {
        log.error("cannot start: {}", e.getMessage());
        end(process);
      }
      return;
    } catch (IOException e) {
      log.error("cannot start: {}", e.getMessage());
      end(process);
      return;
    }
    long mostMicros = mutant.mostDiskMicros(plan);
    disk =
        new SimulatedDisk(
            process,
            scheduler,
            mutant.leastDiskMicros(),
            mostMicros,
            e -> {
              log.error("the disk has failed", e);
              end(process);
            });
    Random random = new Random(scheduler.random().nextLong());
    process.happens(() -> started.beginIn(disk, random, mutant::durability, mutant::found));
  }

  /** What it holds is old, and it ends: its operator moves that away, if nobody has its name. */
  private void giveWay(Process process) {
    if (!isCopied) {
      journal.loggerOf(machine).error("nobody had a copy of its directory");
    }
    process.machine().kill();
    fabric.killed(process);
    scheduler.afterMillis(
        LOOK_MILLIS,
        () -> {
          if (machine == process.machine() && !isRunning()) {
            giveUpDisk();
            start();
          }
        });
  }

  /** What is on its disk is moved away, while it does not run. */
  void giveUpDisk() {
    machine.changeDisk();
  }

  /** Its disk does nothing any more as long as it runs, and does not fail either. */
  void hangDisk() {
    journal.add("the disk of {} hangs", machine);
    disk.hang();
  }

  /** Whether it has a disk. */
  boolean isOnDisk() {
    return mutant.isOnDisks();
  }

  /** What a new process of it is made of. */
  ReplicaUnderTest make(Timers timers, long origin, Logger log) {
    long[] next = {origin};
    return new ReplicaUnderTest(
        settings(),
        List.of(machine.address()),
        peers,
        fabric.networkOf(machine.process()),
        timers,
        () -> {
          long now = next[0];
          next[0] = scheduler.random().nextLong();
          return now;
        },
        incarnation -> mutant.history(this, incarnation),
        mutant.sections(),
        log);
  }

  private Settings settings() {
    return new Settings(
        plan.calledByAddresses() ? AddressLiteral.text(machine.address()) : machine.name(),
        KvProgram.DEFAULT_PORT,
        null,
        plan.peerTimeoutMillis(),
        plan.limits(),
        1 << 30,
        plan.tombstoneGraceMillis(),
        plan.secret(),
        null,
        null,
        ConnectionLimits.forRecords(1 << 20),
        false,
        true,
        PortmapperUse.NONE,
        null,
        0,
        null,
        EffectiveOptions.NONE);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Plan plan() {
    return plan;
  }

  /** What the replica file says, without itself. */
  List<ReplicaAddress> peers() {
    return peers;
  }

  /** The replica file says this now; a running process sees it soon. */
  void peers(List<ReplicaAddress> newPeers) {
    isListed = true;
    listedNanos = newPeers.equals(peers) ? listedNanos : scheduler.nowNanos();
    peers = newPeers;
    startIfItWaits();
    Process process = machine.process();
    if (process != null) {
      ReplicaUnderTest running = replica;
      process.happens(
          () -> {
            lists.took(process.machine(), newPeers);
            running.peers(newPeers);
          });
    }
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

  /** Whether it runs, and has found what is on its disk damaged: it holds nothing. */
  boolean isDamaged() {
    return isRunning() && replica.isDamaged();
  }

  /** Whether it was so at that time already. */
  boolean wasDamaged(long nanos) {
    return isDamaged() && damagedNanos <= nanos;
  }

  /** Whether it runs, paused or not, will go on, and holds all that was ever acknowledged. */
  boolean isServing() {
    return isRunning() && !stopping && replica.isServing();
  }

  /** Whether it serves, and so has all that the other one holds and clients know of. */
  boolean holdsAllOf(SimulatedReplica other) {
    return isServing() && !other.replica.hasMoreThan(replica);
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

  /** Of what it holds of a key, whoever has its name; also of what it is about to give up. */
  Stamp newestStamp(String key) {
    Stamp newest = isRunning() ? replica.newestStamp(key) : Stamp.ZERO;
    if (machineBefore != null) {
      Stamp before = replicaBefore.newestStamp(key);
      return before.compareTo(newest) > 0 ? before : newest;
    }
    return newest;
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

  /** Its operator sets it up on this machine, under its name, while it does not run. */
  void moveTo(Machine spare) {
    machine = spare;
  }

  /**
   * Another one is started under its name, and clients use that from now on.
   *
   * @param spare where nothing has run yet
   * @param freezes whether it is frozen before
   */
  void startTwin(Machine spare, boolean freezes) {
    if (freezes && !isPaused()) {
      pause();
    }
    journal.add("a twin of {} is started", machine);
    machineBefore = machine;
    replicaBefore = replica;
    machine = spare;
    startAtOnce();
  }

  /**
   * The same, with a copy of what is on its disk; it is frozen.
   *
   * @param spare where nothing has run yet
   */
  void startTwinWithCopy(Machine spare) {
    if (!isPaused()) {
      pause();
    }
    spare.disk(machine.disk().copy());
    isCopied = true;
    startTwin(spare, true);
  }

  /** The one on this machine goes on if it was frozen, though its name leads to a twin. */
  void resumeTwinBefore(Machine before) {
    if (machineBefore == before && before.process() != null && before.process().isPaused()) {
      journal.add("the {} that has a twin goes on", before);
      before.process().resume();
    }
  }

  /** The one before is killed: the twin stays. */
  void killTwinBefore() {
    Process process = machineBefore.process();
    if (process != null) {
      journal.add("the {} that has a twin is killed", machineBefore);
      machineBefore.kill();
      fabric.killed(process);
    }
    machineBefore = null;
  }

  /**
   * The twin is killed, and the name leads to the one before again, which goes on; if that has
   * given way already, its operator moves away what it held, and starts it again.
   */
  void killTwin() {
    if (isRunning()) {
      journal.add("the twin of {} is killed", machine);
      end(machine.process());
    }
    machine = machineBefore;
    replica = replicaBefore;
    machineBefore = null;
    fabric.add(machine);
    stopping = false;
    if (!isRunning()) {
      giveUpDisk();
      start();
      return;
    }
    peers(peers);
    if (isPaused()) {
      resume();
    }
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
