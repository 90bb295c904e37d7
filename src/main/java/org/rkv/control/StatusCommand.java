package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaName;

/** Prints the table: asks the replicas, and meanwhile the machines of those that are not here. */
final class StatusCommand {
  private static final int REPLICAS_MILLIS = 2000;
  private static final int MACHINES_MILLIS = 5000; // as long as ssh tries to connect

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final PrintStream out;
  private final Complaints complaints;

  StatusCommand(
      ControlSettings settings, RemoteMachines machines, PrintStream out, Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Prints it.
   *
   * @return whether all is well
   */
  boolean run(Choice choice) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MACHINES_MILLIS);
    RemoteStep step = machines.beginStep("row", choice.remote());
    Map<ReplicaName, Row> rows = new LinkedHashMap<>();
    for (Choice.Chosen chosen : choice.replicas()) {
      rows.put(chosen.name(), row(chosen));
    }
    // At the addresses known here: the other machines tell theirs meanwhile.
    List<Answer> answers =
        Inquiry.ask(rows.values().stream().map(Row::address).toList(), REPLICAS_MILLIS);
    step.await(TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    for (RemoteCall call : step.calls()) {
      rows.put(call.name(), call.row(settings.addressOf(call.name())));
    }
    StatusTable table = new StatusTable();
    Iterator<Answer> answer = answers.iterator();
    rows.values().forEach(row -> table.add(row, answer.next()));
    table.lines().forEach(out::println);
    for (RemoteCall call : step.calls()) {
      call.complain(complaints);
    }
    return table.isAllWell();
  }

  /**
   * Prints, for another machine, what is known of the replicas of this one without asking them.
   *
   * @return true
   */
  boolean printRows(Choice choice) throws InterruptedException {
    for (Choice.Chosen chosen : choice.replicas()) {
      out.println(row(chosen).line());
    }
    return true;
  }

  private Row row(Choice.Chosen chosen) throws InterruptedException {
    return chosen.isLocal()
        ? settings
            .replica(chosen.name())
            .row(settings.optionsHashOf(chosen.name()), settings.shownDataOf(chosen.name()))
        : Row.ofState(chosen.name(), settings.addressOf(chosen.name()), "unknown");
  }
}
