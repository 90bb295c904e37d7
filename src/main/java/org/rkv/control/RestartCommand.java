package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/**
 * Restarts replicas, one after another or all at once. All that may fail is tried on every host
 * before anything is stopped.
 */
final class RestartCommand {
  private static final int ASK_MILLIS = 2000;

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final TrialStart trials;
  private final boolean leavesData;
  private final PrintStream out;
  private final Complaints complaints;

  /**
   * For one restart.
   *
   * @param leavesData whether replicas may come back without the data directories that they have
   */
  RestartCommand(
      ControlSettings settings,
      RemoteMachines machines,
      TrialStart trials,
      boolean leavesData,
      PrintStream out,
      Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.trials = trials;
    this.leavesData = leavesData;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Restarts them one after another, and prints the table.
   *
   * @param areNamed whether the operator has named them, and not all that the file names are meant
   * @return whether all serve again
   * @throws Refusal if it would fail, or is interrupted
   */
  boolean roll(ReplicaFile file, Choice choice, boolean areNamed, StatusCommand status)
      throws IOException, InterruptedException, Refusal {
    List<ReplicaName> away = check(choice, false);
    List<Choice.Chosen> there =
        choice.replicas().stream().filter(each -> !away.contains(each.name())).toList();
    RollingRestart restart =
        new RollingRestart(settings, machines, file, areNamed, out, complaints);
    boolean isWell = restart.run(there);
    status.run(choice);
    return isWell && away.isEmpty();
  }

  /**
   * Restarts them together: what they hold in memory only is lost if nobody else holds it. A signal
   * does not break it off, or none would run.
   *
   * @return whether all serve
   * @throws Refusal if it would fail, or a signal has come, naming those that do not run
   */
  boolean allAtOnce(
      ReplicaFile file, Choice choice, StopCommand stop, StartCommand start, StatusCommand status)
      throws IOException, InterruptedException, Refusal {
    if (!check(choice, true).isEmpty()) {
      throw Refusal.notDone("not all can be started, so none is stopped");
    }
    new ReleaseCheck(settings, out).check(file, choice);
    Interruption interruption = new Interruption();
    machines.leaveTerminal();
    if (!stop.run(choice)) {
      throw Refusal.notDone("not all have stopped, so none is started" + notRunning(choice));
    }
    boolean isWell;
    try {
      isWell = start.run(choice, status);
    } catch (Refusal e) {
      throw Refusal.notDone(e.getMessage() + notRunning(choice));
    }
    if (interruption.hasCome()) {
      throw Refusal.interrupted("interrupted, and gone on to the end" + notRunning(choice));
    }
    return isWell;
  }

  /** For an operator who has to start them. */
  private String notRunning(Choice choice) throws InterruptedException {
    List<ReplicaName> names = choice.replicas().stream().map(Choice.Chosen::name).toList();
    List<Answer> answers =
        Inquiry.ask(names.stream().map(settings::addressOf).toList(), ASK_MILLIS);
    List<String> stopped = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!answers.get(i).isOfAReplica() && !answers.get(i).isOfNoWords()) {
        stopped.add(names.get(i).toString());
      }
    }
    return stopped.isEmpty() ? "" : "; not running: " + String.join(", ", stopped);
  }

  /** Returns those whose machines cannot be reached. */
  private List<ReplicaName> check(Choice choice, boolean allAtOnce)
      throws IOException, InterruptedException, Refusal {
    String word =
        "ready" + (allAtOnce ? " --all-at-once" : "") + (leavesData ? " --other-data" : "");
    RemoteStep ready = machines.beginStep(word, choice.remote());
    boolean isWell =
        trials.succeeds(settings.local(choice), choice.countOfThisMachine(), allAtOnce, leavesData);
    ready.await(TimeUnit.SECONDS.toMillis(TrialStart.TIMEOUT_SECONDS));
    List<ReplicaName> away = new ArrayList<>();
    for (RemoteCall call : ready.calls()) {
      boolean isReady = call.report(out, complaints);
      if (!isReady && call.status() == RemoteCall.NO_SSH) {
        complaints.say(call.name() + " is away, and is left out");
        away.add(call.name());
      } else {
        isWell &= isReady;
      }
    }
    if (!isWell) {
      throw Refusal.notDone(
          "not all can be started, so none is stopped"
              + (allAtOnce
                  ? ""
                  : "; limits, secret, port and cluster are changed with --all-at-once"
                      + (settings.keepsData()
                          ? ""
                          : ", which empties the store: save first what is to be kept")));
    }
    return away;
  }
}
