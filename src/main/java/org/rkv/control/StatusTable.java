package org.rkv.control;

import java.util.ArrayList;
import java.util.List;

/** The table of {@code kv_r.sh status}: of each replica what is known, and what it says itself. */
final class StatusTable {
  private static final List<String> TITLES =
      List.of(
          "REPLICA", "ADDRESS", "PID", "STATE", "ENTRIES", "UNSETTLED", "PEERS", "UPTIME", "LOG");

  private final List<List<String>> rows = new ArrayList<>(List.of(TITLES));
  private final List<String> remarks = new ArrayList<>();
  private boolean allServe = true;

  void add(Row row, Answer answer) {
    String state = stateOf(row.state(), answer.state());
    allServe &= state.equals("serving");
    rows.add(
        List.of(
            row.name(),
            row.address(),
            row.pid(),
            state,
            answer.entries(),
            answer.unsettled(),
            answer.peers(),
            answer.uptime(),
            row.log()));
    if (!answer.waitingFor().equals(Row.UNKNOWN)) {
      remarks.add(row.name() + " waits for " + answer.waitingFor());
    }
    if (!answer.clockLead().equals(Row.UNKNOWN)) {
      remarks.add(row.name() + " has stamps " + answer.clockLead() + " ahead of its wall clock");
    }
  }

  /** The replica itself knows best. Of one that has failed, only another can be at its port. */
  private static String stateOf(String process, String answer) {
    return switch (answer) {
      case "serving", "catching-up" -> answer;
      case "silent" -> process.equals("failed") ? process : answer;
      default -> process.equals("serving") ? "silent" : process;
    };
  }

  boolean allServe() {
    return allServe;
  }

  /**
   * In columns that are as wide as they have to be; then who waits for what, and whose clock leads.
   */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < TITLES.size() - 1; column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(widthOf(column) - cell.length() + 2));
      }
      lines.add(line.append(row.get(TITLES.size() - 1)).toString());
    }
    lines.addAll(remarks);
    return lines;
  }

  private int widthOf(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
