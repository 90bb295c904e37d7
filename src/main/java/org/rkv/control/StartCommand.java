package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaName;

/**
 * Starts replicas, and waits until they serve. All are launched before anybody is waited for: none
 * serves before it has met the others.
 */
final class StartCommand {
  private static final long LAUNCH_MILLIS =
      TimeUnit.SECONDS.toMillis(Launch.TIMEOUT_SECONDS + Shutdown.KILL_SECONDS);

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final boolean leavesData;
  private final PrintStream out;
  private final Complaints complaints;

  /**
   * For one start.
   *
   * @param leavesData whether replicas may come back without the data directories that they had
   */
  StartCommand(
      ControlSettings settings,
      RemoteMachines machines,
      boolean leavesData,
      PrintStream out,
      Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.leavesData = leavesData;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Starts those that do not run, and prints the table.
   *
   * @return whether all serve
   * @throws Refusal if one of this machine cannot be launched
   */
  boolean run(Choice choice, StatusCommand status)
      throws IOException, InterruptedException, Refusal {
    String word = "launch" + (leavesData ? " --other-data" : "");
    RemoteStep launches = machines.beginStep(word, choice.remote());
    launch(choice);
    launches.await(LAUNCH_MILLIS);
    List<ReplicaName> launched = launches.report(out, complaints);
    boolean allServe = launched.size() == choice.remote().size();

    RemoteStep waits = machines.beginStep("await", launched);
    allServe &= awaitServing(choice);
    int waitSeconds = settings.startSeconds() + Launch.TIMEOUT_SECONDS;
    allServe &= waits.end(TimeUnit.SECONDS.toMillis(waitSeconds), out, complaints);
    status.run(choice);
    return allServe;
  }

  /**
   * Begins those of this machine that do not run.
   *
   * @return whether the processes of all are known
   * @throws Refusal if one cannot be begun
   */
  boolean launch(Choice choice) throws IOException, InterruptedException, Refusal {
    List<LocalReplica> local = settings.local(choice);
    Launch launch = new Launch(settings, leavesData, out, complaints);
    if (!launch.begin(local, choice.countOfThisMachine())) {
      throw Refusal.notDone("not all could be launched");
    }
    return launch.await(local);
  }

  /**
   * Waits for those of this machine, which have been launched.
   *
   * @return whether all serve
   */
  boolean awaitServing(Choice choice) throws InterruptedException {
    return new ServingWait(settings.local(choice), settings.startSeconds(), complaints).await();
  }
}
