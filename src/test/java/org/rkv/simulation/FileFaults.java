package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * Replica files that are edited, host after host, and what can go wrong with that: replicas are
 * taken out, dead or alive, put back, and replaced by others of another name; files are half
 * written, misspelled, and spelled in another way.
 *
 * <p>The rule of it, where the plan does not say otherwise: no two lists without a common replica
 * are written at the same time; no replica is started with a file that has named nobody else for
 * five seconds; and no file names only replicas that are starting while others serve: those would
 * begin another cluster.
 */
final class FileFaults {
  /** How long it takes until all files have a change, mostly. */
  private static final int EDIT_MILLIS = 4000;

  private final Scheduler scheduler;
  private final Random random;
  private final Journal journal;
  private final Plan plan;
  private final SimulatedCluster cluster;
  private final List<SimulatedReplica> replicas;
  private final ReplicaFiles files;
  private final ProcessFaults processes;
  private final Remedies remedies;

  /** In a list of its own, as far as its file says. */
  private boolean someoneIsAlone;

  private boolean halvesAreWritten;
  private boolean someoneIsTakenOut;
  private boolean haveSplit;
  private boolean haveTakenOut;

  FileFaults(
      SimulatedCluster cluster, ReplicaFiles files, ProcessFaults processes, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    journal = cluster.journal();
    plan = cluster.plan();
    this.cluster = cluster;
    replicas = cluster.replicas();
    this.files = files;
    this.processes = processes;
    this.remedies = remedies;
  }

  /** One of them, mostly. */
  void strike(SimulatedReplica replica) {
    switch (random.nextInt(plan.splits() ? 12 : 9)) {
      case 0, 1 -> takeOutDead(replica);
      case 2 -> takeOutAlive(replica);
      case 3 -> replace(replica);
      case 4 -> writeHalf(replica);
      case 5 -> writeHalfForAll();
      case 6 -> misspell(replica);
      case 7, 8 -> spellInAnotherWay(replica);
      default -> split();
    }
  }

  /** At the end of all faults: each names all. */
  void heal() {
    files.edit(replicas, 0);
  }

  /** Whether anybody was taken out of a file, or replaced. */
  boolean haveTakenOut() {
    return haveTakenOut;
  }

  /** Whether there were two halves, at any time. */
  boolean haveSplit() {
    return haveSplit;
  }

  private int editMillis() {
    return random.nextInt(4) == 0 ? 3 * EDIT_MILLIS : 1 + random.nextInt(EDIT_MILLIS);
  }

  private boolean mayTakeOut(SimulatedReplica replica) {
    return replicas.size() >= 3
        && !someoneIsTakenOut
        && !someoneIsAlone
        && !cluster.isSober(replica);
  }

  /** It dies, is taken out, put back and started, which may be before or after all know it. */
  private void takeOutDead(SimulatedReplica replica) {
    if (mayTakeOut(replica) && processes.mayEnd(replica)) {
      replica.kill();
      takeOut(replica);
      remedies.after(scheduler.skewed(100, 3 * EDIT_MILLIS), replica::start);
    }
  }

  /** It runs all the while; its own file leaves it out as well, as that of the C system does. */
  private void takeOutAlive(SimulatedReplica replica) {
    if (mayTakeOut(replica) && processes.mayEnd(replica)) {
      takeOut(replica);
    }
  }

  private void takeOut(SimulatedReplica replica) {
    journal.add("{} is taken out of all replica files", replica.machine());
    someoneIsTakenOut = true;
    haveTakenOut = true;
    List<SimulatedReplica> rest = new ArrayList<>(replicas);
    rest.remove(replica);
    files.edit(rest, editMillis());
    remedies.after(
        scheduler.skewed(1000, 3 * EDIT_MILLIS),
        () -> {
          journal.add("{} is put back into all replica files", replica.machine());
          someoneIsTakenOut = false;
          files.edit(replicas, editMillis());
        });
  }

  /** It dies, and another one is listed in its place and started. */
  private void replace(SimulatedReplica replica) {
    if (replicas.size() < 2
        || someoneIsAlone
        || cluster.isSober(replica)
        || !cluster.hasSpareMachines()
        || !processes.mayEnd(replica)) {
      return;
    }
    haveTakenOut = true;
    replica.kill();
    Machine spare = cluster.spareMachine(replica.machine().name() + "b");
    journal.add("{} is replaced by {}", replica.machine(), spare);
    replica.moveTo(spare);
    files.edit(replicas, editMillis());
    remedies.after(scheduler.skewed(1, 2 * EDIT_MILLIS), replica::start);
  }

  /** For a while one file ends after a few names, or after its own. */
  private void writeHalf(SimulatedReplica replica) {
    int others = replica.peers().size();
    if (halvesAreWritten || files.isSpoiled(replica) || others < 1) {
      return;
    }
    int kept = random.nextInt(others);
    boolean isAlone = kept == 0 && mayBeAlone(replica);
    if (kept == 0 && !isAlone && !mayStartByHalf(replica)) {
      return;
    }
    long duration = duration();
    journal.add("the replica file of {} ends after {} others", replica.machine(), kept);
    halvesAreWritten = true;
    someoneIsAlone = kept == 0;
    files.spoil(replica, all -> all.subList(0, Math.min(kept, all.size())));
    remedies.after(
        kept == 0 && !isAlone ? Math.min(duration, EDIT_MILLIS) : duration,
        () -> {
          halvesAreWritten = false;
          someoneIsAlone = false;
          mend(replica);
        });
  }

  /** Its file is whole again before it counts, which it does after five seconds. */
  private boolean mayStartByHalf(SimulatedReplica replica) {
    return !replica.isRunning() && files.areWhole() && replicas.stream().allMatch(this::namesAll);
  }

  private boolean mayBeAlone(SimulatedReplica replica) {
    return files.areWhole()
        && replicas.stream().allMatch(this::namesAll)
        && replica.isServing()
        && !replica.isPaused()
        && (plan.clocks() != Plan.Clocks.ONE_ROUGH || cluster.isSober(replica));
  }

  /** A frozen one may have another list than its file still. */
  private boolean namesAll(SimulatedReplica replica) {
    return !replica.isRunning() || cluster.lists().of(replica.machine()).size() == replicas.size();
  }

  /** All hosts share one directory, and all read the same half. */
  private void writeHalfForAll() {
    if (halvesAreWritten || replicas.size() < 2 || !files.areWhole()) {
      return;
    }
    int kept = 1 + random.nextInt(replicas.size() - 1);
    List<SimulatedReplica> half = List.copyOf(replicas.subList(0, kept));
    if (kept == 1 && !mayBeAlone(replicas.get(0)) || !processes.isAllHeldBySomeOf(half)) {
      return;
    }
    journal.add("all replica files end after {} names", kept);
    halvesAreWritten = true;
    someoneIsAlone = kept == 1;
    files.edit(half, random.nextInt(3) == 0 ? EDIT_MILLIS : 0);
    remedies.after(
        duration(),
        () -> {
          journal.add("all replica files are whole again");
          halvesAreWritten = false;
          someoneIsAlone = false;
          files.edit(replicas, random.nextInt(3) == 0 ? EDIT_MILLIS : 0);
        });
  }

  /** A slip of the pen on one host: a name that nobody has, or that leads to nobody. */
  private void misspell(SimulatedReplica replica) {
    int others = replica.peers().size();
    if (others < 1 || files.isSpoiled(replica)) {
      return;
    }
    int which = random.nextInt(others);
    String slip = random.nextBoolean() ? cluster.nobody().name() : "typo";
    journal.add("in the replica file of {} an entry is {}", replica.machine(), slip);
    spoilForAWhile(replica, all -> replaced(all, which, slip));
  }

  private static List<ReplicaAddress> replaced(List<ReplicaAddress> all, int which, String host) {
    List<ReplicaAddress> changed = new ArrayList<>(all);
    if (which < changed.size()) {
      changed.set(which, entry(host, all.get(which)));
    }
    return changed;
  }

  /** In one file, or in all. */
  private void spellInAnotherWay(SimulatedReplica replica) {
    int way = random.nextInt(3);
    List<SimulatedReplica> where = random.nextBoolean() ? replicas : List.of(replica);
    journal.add(
        "{} spell names in another way", where.stream().map(SimulatedReplica::machine).toList());
    for (SimulatedReplica of : where) {
      remedies.after(
          random.nextInt(EDIT_MILLIS),
          () -> {
            if (!files.isSpoiled(of) && !remedies.areAllDue()) {
              spoilForAWhile(of, all -> all.stream().map(each -> spelled(each, way)).toList());
            }
          });
    }
  }

  private ReplicaAddress spelled(ReplicaAddress entry, int way) {
    return switch (way) {
      case 0 -> entry(entry.host().toUpperCase(Locale.ROOT), entry);
      case 1 -> entry(entry.host() + ".", entry);
      default -> entry(cluster.fabric().addressOf(entry.host()), entry);
    };
  }

  private static ReplicaAddress entry(String host, ReplicaAddress like) {
    return new ReplicaAddress(host, host, List.of(), like.port());
  }

  private void spoilForAWhile(
      SimulatedReplica replica, UnaryOperator<List<ReplicaAddress>> defect) {
    files.spoil(replica, defect);
    remedies.after(duration(), () -> mend(replica));
  }

  private void mend(SimulatedReplica replica) {
    journal.add("the replica file of {} has no defect any more", replica.machine());
    files.mend(replica);
  }

  private long duration() {
    return scheduler.skewed(10, 2 * EDIT_MILLIS);
  }

  /** Two halves, each of which leaves the other out; later they are put together again. */
  private void split() {
    int size = 1 + random.nextInt(Math.max(1, replicas.size() - 1));
    List<SimulatedReplica> one = List.copyOf(replicas.subList(0, size));
    List<SimulatedReplica> other = List.copyOf(replicas.subList(size, replicas.size()));
    boolean mayBe =
        (one.size() > 1 || mayBeAlone(one.get(0)))
            && (other.size() > 1 || other.size() == 1 && mayBeAlone(other.get(0)));
    if (halvesAreWritten || !files.areWhole() || !mayBe || plan.clocks() == Plan.Clocks.ONE_ROUGH) {
      return;
    }
    journal.add("the replica files are split in two after {} names", size);
    halvesAreWritten = true;
    someoneIsAlone = true;
    haveSplit = true;
    int withinMillis = editMillis();
    for (SimulatedReplica of : replicas) {
      scheduler.afterMillis(
          random.nextInt(withinMillis),
          () -> {
            if (halvesAreWritten) {
              files.write(of, one.contains(of) ? one : other);
            }
          });
    }
    remedies.after(
        scheduler.skewed(100, 3 * EDIT_MILLIS),
        () -> {
          journal.add("the replica files are one again");
          halvesAreWritten = false;
          someoneIsAlone = false;
          files.edit(replicas, editMillis());
        });
  }
}
