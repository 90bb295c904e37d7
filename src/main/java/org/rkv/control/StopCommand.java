package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/** Ends replicas, here and on other machines at the same time. */
final class StopCommand {
  private static final int ASK_MILLIS = 2000;
  private static final long MACHINES_MILLIS =
      TimeUnit.SECONDS.toMillis(Shutdown.STOP_SECONDS + 2 * Shutdown.KILL_SECONDS);

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final PrintStream out;
  private final Complaints complaints;

  StopCommand(
      ControlSettings settings, RemoteMachines machines, PrintStream out, Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Looks whether one that serves is left, where others of the file are away: what the last one
   * holds may be nowhere else. Who stops all that the file names knows that.
   *
   * @throws Refusal if none would be left
   */
  void requireOneThatServes(ReplicaFile file, Choice choice) throws InterruptedException, Refusal {
    List<ReplicaName> chosen = choice.replicas().stream().map(Choice.Chosen::name).toList();
    List<ReplicaName> others =
        file.names().stream().filter(name -> !chosen.contains(name)).toList();
    if (others.isEmpty() || anyServes(others)) {
      return;
    }
    List<ReplicaName> serving = new ArrayList<>();
    for (ReplicaName name : chosen) {
      if (anyServes(List.of(name))) {
        serving.add(name);
      }
    }
    if (serving.size() == 1) {
      throw Refusal.notDone(
          serving.get(0)
              + " is the only one that serves the values, and others are away; stop --all-at-once "
              + (settings.keepsData() ? "stops it nevertheless" : "loses them"));
    }
  }

  private boolean anyServes(List<ReplicaName> names) throws InterruptedException {
    List<String> addresses = names.stream().map(settings::addressOf).toList();
    return Inquiry.ask(addresses, ASK_MILLIS).stream()
        .anyMatch(answer -> answer.state().equals("serving"));
  }

  /**
   * Ends them.
   *
   * @return whether none of them runs any more
   */
  boolean run(Choice choice) throws IOException, InterruptedException {
    RemoteStep step = machines.beginStep("stop --all-at-once", choice.remote());
    boolean hasEnded = new Shutdown(out, complaints).end(settings.local(choice));
    hasEnded &= step.end(MACHINES_MILLIS, out, complaints);
    return hasEnded;
  }
}
