package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import org.rkv.history.History;

/**
 * What came of one run.
 *
 * @param complaints what was wrong; empty if all was well
 * @param journal what happened, if that was asked for
 * @param oldReads that do not count, since the replica could not know that its copy was old
 * @param convergedMillis how long after the end of the faults all replicas were first equal, or -1
 * @param hasOperatorDecided whether an operator had to decide between two histories
 */
record Report(
    long seed,
    Plan plan,
    List<String> complaints,
    History history,
    List<String> journal,
    int faults,
    int oldReads,
    long convergedMillis,
    boolean hasOperatorDecided) {

  boolean isGood() {
    return complaints.isEmpty();
  }

  /** All of it, to be read, and how to see it again. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + seed + " failed: " + plan);
    lines.addAll(journal);
    lines.addAll(complaints);
    lines.add("again: mvn -B -o test -Dtest=SimulationTest -Drkv.seeds=1 -Drkv.firstSeed=" + seed);
    return String.join("\n", lines);
  }
}
