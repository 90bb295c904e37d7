package org.rkv.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What random faults hit too seldom: a course of events that is brought about on purpose, again and
 * again, at random moments and with the replicas in random parts, while clients go on as ever. It
 * is none that a replica without a fault may not stand.
 */
abstract class Occasion {
  private final SimulatedCluster cluster;
  private final List<SimulatedReplica> parts;
  private final List<Cut> cuts = new ArrayList<>();
  private final List<SimulatedReplica> hidden = new ArrayList<>();
  private final List<SimulatedReplica> replaced = new ArrayList<>();
  private Script script;

  private record Cut(Machine one, Machine other) {
    boolean isBetween(Machine a, Machine b) {
      return one == a && other == b || one == b && other == a;
    }
  }

  Occasion(SimulatedCluster cluster) {
    this.cluster = cluster;
    parts = new ArrayList<>(cluster.replicas());
  }

  /** Nothing happens on purpose. */
  static Occasion none(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void begin() {}

      @Override
      void end() {}

      @Override
      void write(Script empty) {}
    };
  }

  /** Writes down the course of events; all is well before, and is put right afterwards. */
  abstract void write(Script course);

  /** Begins, and begins again whenever it has come to its end and all is well. */
  void begin() {
    Collections.shuffle(parts, scheduler().random());
    script = new Script(scheduler()).when(this::isAllWell).after(100, 2000);
    write(script);
    script.then(this::putRight).then(this::begin).play();
  }

  /** Ends it where it is, and puts everything right. */
  void end() {
    script.stop();
    putRight();
  }

  /** Ends whatever is not as it should be. */
  void putRight() {
    parts.forEach(replica -> replica.machine().names().mend());
    replaced.forEach(SimulatedReplica::killTwinBefore);
    replaced.clear();
    List.copyOf(hidden).forEach(this::endHidden);
    List.copyOf(cuts).forEach(cut -> mend(cut.one(), cut.other()));
    parts.forEach(this::listAll);
    for (SimulatedReplica replica : parts) {
      if (!replica.isRunning()) {
        replica.start();
      } else if (replica.isPaused()) {
        replica.resume();
      }
    }
  }

  /** As an operator does who makes sure that one that was replaced or left out is dead. */
  private void endHidden(SimulatedReplica replica) {
    if (replica.isRunning()) {
      replica.kill();
    }
    show(replica);
  }

  final Scheduler scheduler() {
    return cluster.scheduler();
  }

  /** The replica that plays this part now. */
  final SimulatedReplica part(int number) {
    return parts.get(number);
  }

  final boolean isAllWell() {
    return parts.stream().allMatch(replica -> isWell(replica));
  }

  /** Whether it serves, answers, and has all of its list. */
  static boolean isWell(SimulatedReplica replica) {
    return replica.isServing() && !replica.isPaused() && replica.isAnswering() && replica.isWhole();
  }

  /** It stands still, and all that connected it with the others breaks: nobody can tell it more. */
  final void freeze(SimulatedReplica replica) {
    replica.pause();
    parts.forEach(other -> disconnect(replica, other));
  }

  /** It freezes, and its operator starts another one at its name; clients follow the name. */
  final void replace(SimulatedReplica replica) {
    hide(replica);
    freeze(replica);
    replaced.add(replica);
    replica.startTwin(cluster.spareMachine(replica.machine().name()), false);
  }

  /** The other one is killed, and the name leads to the frozen one again, which goes on. */
  final void takeBack(SimulatedReplica replica) {
    replaced.remove(replica);
    replica.killTwin();
  }

  /** To the first of these the name of the second leads to the third, from now on. */
  final void leadAstray(SimulatedReplica at, SimulatedReplica name, SimulatedReplica to) {
    cluster
        .journal()
        .add("for {} {} is at the address of {}", at.machine(), name.machine(), to.machine());
    at.machine().names().lie(name.machine().name(), List.of(to.machine().address()));
    disconnect(at, name);
  }

  /** Breaks all connections between these two. */
  final void disconnect(SimulatedReplica one, SimulatedReplica other) {
    cluster.fabric().breakBetween(one.machine(), other.machine(), 1);
  }

  /** The replica files of these name these, and nobody else. */
  final void listOnly(SimulatedReplica... named) {
    for (SimulatedReplica replica : named) {
      replica.peers(SimulatedCluster.othersOf(replica, List.of(named)));
    }
  }

  /** Its replica file names all again. */
  final void listAll(SimulatedReplica replica) {
    replica.peers(SimulatedCluster.othersOf(replica, cluster.replicas()));
  }

  /** All replica files name all again. */
  final void listAll() {
    parts.forEach(this::listAll);
  }

  /** Nothing comes through between these two. */
  final void cut(SimulatedReplica one, SimulatedReplica other) {
    cut(one.machine(), other.machine());
  }

  private void cut(Machine one, Machine other) {
    cluster.journal().add("nothing comes through between {} and {}", one, other);
    cuts.add(new Cut(one, other));
    cluster.fabric().silenceBetween(one, other);
  }

  /** These two reach each other again. */
  final void mend(SimulatedReplica one, SimulatedReplica other) {
    mend(one.machine(), other.machine());
  }

  private void mend(Machine one, Machine other) {
    cluster.journal().add("all comes through between {} and {}", one, other);
    cuts.stream()
        .filter(cut -> cut.isBetween(one, other))
        .findFirst()
        .ifPresent(
            cut -> {
              cuts.remove(cut);
              cluster.fabric().unsilenceBetween(one, other);
            });
  }

  /** No client reaches it. */
  final void hide(SimulatedReplica replica) {
    hidden.add(replica);
    cluster.clients().forEach(client -> cut(client.machine(), replica.machine()));
  }

  /** Clients reach it again. */
  final void show(SimulatedReplica replica) {
    hidden.remove(replica);
    cluster.clients().forEach(client -> mend(client.machine(), replica.machine()));
  }
}
