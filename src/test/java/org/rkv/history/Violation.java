package org.rkv.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A key whose operations no order explains.
 *
 * @param operations all of the key
 * @param unexplained where the longest explanation found ends: none of these can come next, though
 *     one of them must
 */
public record Violation(String key, List<Operation> operations, Set<Operation> unexplained) {
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * One line an operation, sorted by call: from, to (milliseconds), client, question and answer.
   * Arrows mark where the longest explanation ends: one of these must come next and none can.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("key " + key + " is not linearizable:\n");
    List<Operation> sorted = new ArrayList<>(operations);
    sorted.sort(Comparator.comparingLong(Operation::invokedNanos));
    for (Operation operation : sorted) {
      text.append(unexplained.contains(operation) ? "-> " : "   ").append(line(operation));
      text.append('\n');
    }
    return text.toString();
  }

  /** One operation with its times, as a line without its end. */
  public static String line(Operation operation) {
    return String.format(
        Locale.ROOT,
        "%12.3f %12s  %-4s %s",
        operation.invokedNanos() / NANOS_PER_MILLI,
        operation.returnedNanos() == Operation.NEVER
            ? "never"
            : String.format(Locale.ROOT, "%.3f", operation.returnedNanos() / NANOS_PER_MILLI),
        operation.client(),
        operation);
  }
}
