package org.rkv.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.replica.Version;

/** The table of {@code kv_r.sh status}: of each replica what is known, and what it says itself. */
final class StatusTable {
  private static final List<String> TITLES =
      List.of(
          "REPLICA",
          "ADDRESS",
          "PID",
          "STATE",
          "ENTRIES",
          "UNSETTLED",
          "PEERS",
          "WRITES",
          "UPTIME",
          "DATA",
          "LOG",
          "REASON");

  private final List<List<String>> rows = new ArrayList<>(List.of(TITLES));
  private final List<String> remarks = new ArrayList<>();

  /** Each with those who say so: a host that is down is the same trouble to all others. */
  private final Map<String, List<String>> troubles = new LinkedHashMap<>();

  private boolean isAllWell = true;

  void add(Row row, Answer answer) {
    String state = stateOf(row.state(), answer.state());
    isAllWell &= state.equals("serving") && isFreeToWrite(answer.writes());
    rows.add(
        List.of(
            row.name(),
            row.address(),
            pid(row, answer),
            state,
            answer.entries(),
            answer.unsettled(),
            answer.peers(),
            answer.writes(),
            answer.uptime(),
            answer.data().column(),
            row.log(),
            reason(row, answer)));
    if (!answer.waitingFor().equals(Row.UNKNOWN)) {
      remarks.add(
          row.name()
              + (state.equals("not-answering")
                  ? ": no client is answered: waiting for "
                  : " waits for ")
              + answer.waitingFor());
    }
    if (!answer.clockLead().equals(Row.UNKNOWN)) {
      remarks.add(row.name() + " has stamps " + answer.clockLead() + " ahead of its wall clock");
    }
    if (!Version.worksWith(answer.release())) {
      remarks.add(
          row.name()
              + " is of release "
              + answer.release()
              + ", which does not work together with release "
              + Version.get());
    }
    if (runsElsewhere(row, answer)) {
      remarks.add(row.name() + " runs from another directory, " + answer.process().directory());
    }
    if (hasOtherOptions(row, answer)) {
      String options = answer.process().options();
      remarks.add(
          row.name()
              + " runs with other options than it would be started with now: "
              + (options.isEmpty() ? "none" : options));
    }
    if (hasOtherData(row, answer)) {
      remarks.add(
          row.name()
              + " keeps what it holds "
              + place(answer.data().directory())
              + ", and would be started now with it "
              + place(row.data()));
    }
    for (String remark : answer.data().remarks()) {
      remarks.add(row.name() + ": " + remark);
    }
    for (String failure : answer.failures()) {
      remarks.add(row.name() + " has announced as failed: " + failure);
    }
    for (String trouble : answer.troubles()) {
      troubles.computeIfAbsent(trouble, unseen -> new ArrayList<>()).add(row.name());
    }
  }

  /** The replica itself knows best. Of one that has failed, only another can be at its port. */
  private static String stateOf(String process, String answer) {
    return switch (answer) {
      case "serving", "not-answering", "catching-up" -> answer;
      case "silent", Answer.NOT_PERMITTED -> process.equals("failed") ? process : answer;
      default -> process.equals("serving") ? "silent" : process;
    };
  }

  private static String pid(Row row, Answer answer) {
    boolean isOnlySaid = row.pid().equals(Row.UNKNOWN) && answer.process().isKnown();
    return isOnlySaid ? Long.toString(answer.process().pid()) : row.pid();
  }

  private static String reason(Row row, Answer answer) {
    String reason = Reason.of(answer.troubles());
    if (!reason.equals(Row.UNKNOWN)) {
      return reason;
    }
    if (runsElsewhere(row, answer)) {
      return "other directory";
    }
    return hasOtherOptions(row, answer) || hasOtherData(row, answer)
        ? "other options"
        : Row.UNKNOWN;
  }

  /** As one of systemd does, or one that was started by another copy of the script. */
  private static boolean runsElsewhere(Row row, Answer answer) {
    return answer.process().isKnown()
        && !row.directory().equals(Row.UNKNOWN)
        && !row.directory().equals(answer.process().directory());
  }

  /** Another release may have other options. */
  private static boolean hasOtherOptions(Row row, Answer answer) {
    return answer.process().isKnown()
        && answer.release().equals(Version.get())
        && !row.optionsHash().equals(Row.UNKNOWN)
        && !row.optionsHash().equals(Long.toHexString(answer.process().optionsHash()));
  }

  /** A restart would take it away from there, and refuses. */
  private static boolean hasOtherData(Row row, Answer answer) {
    String directory = answer.data().directory();
    return !runsElsewhere(row, answer)
        && !directory.equals(Row.UNKNOWN)
        && !row.data().equals(Row.UNKNOWN)
        && !row.data().equals(directory);
  }

  private static String place(String data) {
    return data.equals(KeptData.MEMORY) ? "in memory only" : "in " + data;
  }

  /** One of another release does not say. */
  private static boolean isFreeToWrite(String writes) {
    return writes.equals(Answer.WRITES_SUCCEED) || writes.equals(Row.UNKNOWN);
  }

  /** Whether each serves, and answers clients, and reaches all whom it needs for a write. */
  boolean isAllWell() {
    return isAllWell;
  }

  /**
   * In columns that are as wide as they have to be; then who waits for what, whose clock leads, and
   * who does not work together with whom, and why.
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
    troubles.forEach((trouble, names) -> lines.add(String.join(", ", names) + ": " + trouble));
    return lines;
  }

  private int widthOf(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
