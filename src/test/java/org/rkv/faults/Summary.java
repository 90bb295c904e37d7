package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rkv.history.History;
import org.rkv.history.Operation;

/** What happened in a run, for people. */
final class Summary {
  private static final int LINES_AROUND = 25;

  private final Map<String, Integer> faults = new TreeMap<>();
  private int healings;
  private long slowestMillis;
  private long totalMillis;

  /** All were equal so long after a healing. */
  void healed(List<Fault> after, long millis) {
    for (Fault fault : after) {
      faults.merge(fault.kind().name(), 1, Integer::sum);
    }
    healings++;
    slowestMillis = Math.max(slowestMillis, millis);
    totalMillis += millis;
  }

  /**
   * Looks for an order that explains all that the clients were told, and prints what happened.
   *
   * @param run tells it from others, where there is none
   */
  void judge(Path historyFile, String run) throws IOException {
    History history = HistoryFile.read(historyFile);
    List<String> violations = new ArrayList<>();
    history.violations().forEach(violation -> violations.add(violation.toString()));
    System.out.println(text(history, violations.size()));
    assertTrue(violations.isEmpty(), () -> run + ", " + historyFile + "\n" + excerpt(violations));
  }

  private String text(History history, int violations) {
    Map<String, Integer> operations = new TreeMap<>();
    for (Operation operation : history.operations()) {
      operations.merge(operation.kind() + " " + operation.result(), 1, Integer::sum);
    }
    return "operations: "
        + history.size()
        + " "
        + operations
        + "\nfaults: "
        + faults.values().stream().mapToInt(Integer::intValue).sum()
        + " "
        + faults
        + "\nhealings: "
        + healings
        + ", all equal after "
        + totalMillis / Math.max(1, healings)
        + " ms on average, "
        + slowestMillis
        + " ms at most"
        + "\nkeys with a violation: "
        + violations;
  }

  /** Of each violation, what is near the operations that cannot be explained. */
  static String excerpt(List<String> violations) {
    StringBuilder text = new StringBuilder();
    for (String violation : violations) {
      List<String> lines = violation.lines().toList();
      List<Integer> marked = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith("->")) {
          marked.add(i);
        }
      }
      text.append(lines.get(0)).append('\n');
      for (int i = 1; i < lines.size(); i++) {
        int at = i;
        if (marked.stream().anyMatch(mark -> Math.abs(mark - at) <= LINES_AROUND)) {
          text.append(lines.get(i)).append('\n');
        }
      }
    }
    return text.toString();
  }
}
