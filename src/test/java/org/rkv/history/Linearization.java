package org.rkv.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The search for an order of one key's operations that explains every answer: each takes effect at
 * one moment between its call and its answer, and reads return what the last write before them
 * wrote. The algorithm is that of Wing and Gong (1993) with the memory of Lowe (2017): a set of
 * operations in their places, with the value that they leave, is looked at once.
 *
 * <p>Writes of unknown outcome would make this slow, as each may come at any time or never. They
 * are placed only where they are of use: directly before a read that needs their value. That loses
 * no explanation: a write that is followed by another write, or by nothing, explains nothing. One
 * whose value nobody has read is so left out altogether. Among several with the same value, such as
 * deletes, the one called first serves as well as any.
 *
 * <p>Not thread-safe.
 */
final class Linearization {
  private static final int ABSENT = 0;

  /** The head of the list of events; the end has the highest number. */
  private static final int HEAD = 0;

  private final Map<String, Integer> values = new HashMap<>();

  /** Operations that must have a place, by call. */
  private final List<Operation> certain = new ArrayList<>();

  /** By value: the calls of writes that may have a place, the earliest first. */
  private final Map<Integer, List<Operation>> possible = new HashMap<>();

  private final int[] value;
  private final boolean[] reads;

  /** The doubly linked list of the calls and returns of the operations without a place. */
  private final int[] next;

  private final int[] previous;
  private final int end;
  private final long[] time;
  private final int[] calledAt;
  private final int[] returnedAt;

  /** The operation called at this event, or -1. */
  private final int[] called;

  /** By value: how many possible writes have a place. */
  private final Map<Integer, Integer> used = new HashMap<>();

  /** Values with more than one write: for others the reads in their places tell what was used. */
  private final int[] ambiguous;

  private final BitSet placed = new BitSet();
  private int held = ABSENT;
  private int mostPlaced = -1;
  private Set<Operation> unexplained = Set.of();

  /** What has a place, and what is held then. */
  private record Configuration(int firstUnplaced, BitSet placed, int held, List<Integer> used) {}

  /** One step of the search, to be undone. */
  private record Step(int operation, int heldBefore, boolean usedPossible) {}

  Linearization(List<Operation> operations) {
    values.put(null, ABSENT);
    Map<Integer, Integer> writes = new HashMap<>();
    List<Operation> sorted = new ArrayList<>(operations);
    sorted.sort(Comparator.comparingLong(Operation::invokedNanos));
    for (Operation operation : sorted) {
      int number = values.computeIfAbsent(valueOf(operation), text -> values.size());
      if (operation.isIndeterminateWrite()) {
        possible.computeIfAbsent(number, any -> new ArrayList<>()).add(operation);
      } else if (operation.isCertainWrite() || operation.isRead()) {
        certain.add(operation);
      }
      if (!operation.isRead()) {
        writes.merge(number, 1, Integer::sum);
      }
    }
    ambiguous =
        possible.keySet().stream()
            .filter(number -> writes.get(number) > 1)
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    int count = certain.size();
    value = certain.stream().mapToInt(operation -> values.get(valueOf(operation))).toArray();
    reads = new boolean[count];
    end = 2 * count + 1;
    next = new int[end + 1];
    previous = new int[end + 1];
    time = new long[end + 1];
    called = new int[end + 1];
    calledAt = new int[count];
    returnedAt = new int[count];
    link();
  }

  private static String valueOf(Operation operation) {
    return operation.result() == Operation.Result.ABSENT ? null : operation.value();
  }

  /** Puts the calls and returns in order. At the same time the call comes first. */
  private void link() {
    int count = certain.size();
    List<Integer> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      reads[i] = certain.get(i).isRead();
      events.add(i);
      events.add(count + i);
    }
    events.sort(
        Comparator.comparingLong((Integer event) -> timeOf(event)).thenComparing(event -> event));
    Arrays.fill(called, -1);
    time[end] = Long.MAX_VALUE;
    for (int at = 0; at <= end; at++) {
      next[at] = Math.min(at + 1, end);
      previous[at] = Math.max(at - 1, HEAD);
    }
    for (int at = 1; at < end; at++) {
      int event = events.get(at - 1);
      time[at] = timeOf(event);
      if (event < count) {
        called[at] = event;
        calledAt[event] = at;
      } else {
        returnedAt[event - count] = at;
      }
    }
  }

  private long timeOf(int event) {
    int count = certain.size();
    return event < count
        ? certain.get(event).invokedNanos()
        : certain.get(event - count).returnedNanos();
  }

  /** Searches; whether all answers can be explained. */
  boolean exists() {
    Set<Configuration> seen = new HashSet<>();
    Deque<Step> steps = new ArrayDeque<>();
    int at = next[HEAD];
    while (next[HEAD] != end) {
      int operation = called[at];
      if (operation >= 0) {
        Step step = place(operation);
        if (step == null) {
          at = next[at];
        } else if (seen.add(configuration())) {
          steps.push(step);
          at = next[HEAD];
        } else {
          undo(step);
          at = next[at];
        }
      } else {
        // This one has returned, so it must have a place by now: some step was wrong.
        rememberLongest();
        if (steps.isEmpty()) {
          return false;
        }
        Step wrong = steps.pop();
        undo(wrong);
        at = next[calledAt[wrong.operation]];
      }
    }
    unexplained = Set.of();
    return true;
  }

  /** After a search in vain: what could not come next in the longest explanation. */
  Set<Operation> unexplained() {
    return unexplained;
  }

  /** Gives the operation the next place, with a possible write before it if it needs one. */
  private Step place(int operation) {
    boolean needsWrite = reads[operation] && held != value[operation];
    if (needsWrite && !isPossible(value[operation])) {
      return null;
    }
    Step step = new Step(operation, held, needsWrite);
    if (needsWrite) {
      used.merge(value[operation], 1, Integer::sum);
    }
    held = value[operation];
    placed.set(operation);
    unlink(calledAt[operation]);
    unlink(returnedAt[operation]);
    return step;
  }

  /** Whether a write of unknown outcome of this value may have its place now. */
  private boolean isPossible(int wanted) {
    List<Operation> writes = possible.get(wanted);
    int next = used.getOrDefault(wanted, 0);
    return writes != null
        && next < writes.size()
        && writes.get(next).invokedNanos() <= firstReturnNanos();
  }

  /** Until here the next place can be put off. */
  private long firstReturnNanos() {
    int at = next[HEAD];
    while (called[at] >= 0) {
      at = next[at];
    }
    return time[at];
  }

  private void undo(Step step) {
    int operation = step.operation;
    relink(returnedAt[operation]);
    relink(calledAt[operation]);
    placed.clear(operation);
    held = step.heldBefore;
    if (step.usedPossible) {
      used.merge(value[operation], -1, Integer::sum);
    }
  }

  private void unlink(int at) {
    next[previous[at]] = next[at];
    previous[next[at]] = previous[at];
  }

  private void relink(int at) {
    next[previous[at]] = at;
    previous[next[at]] = at;
  }

  private Configuration configuration() {
    int first = placed.nextClearBit(0);
    List<Integer> counts = new ArrayList<>(ambiguous.length);
    for (int number : ambiguous) {
      counts.add(used.getOrDefault(number, 0));
    }
    return new Configuration(first, placed.get(first, placed.length()), held, counts);
  }

  /** What is called before the first return in the list is what could have come next. */
  private void rememberLongest() {
    if (placed.cardinality() > mostPlaced) {
      mostPlaced = placed.cardinality();
      unexplained = new HashSet<>();
      for (int at = next[HEAD]; called[at] >= 0; at = next[at]) {
        unexplained.add(certain.get(called[at]));
      }
    }
  }
}
