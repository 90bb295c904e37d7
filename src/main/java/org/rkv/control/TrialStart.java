package org.rkv.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.rkv.replica.Main;

/**
 * Tries on this machine, with a JVM each, whether replicas could be started: the JVM with its flags
 * and this jar, the options, and whether those that run would admit them. Nothing is served. Used
 * by one thread.
 */
final class TrialStart {
  /** Beside the name service, nothing takes longer than 2 seconds for each that is asked. */
  static final int TIMEOUT_SECONDS = 30;

  private final ControlSettings settings;
  private final ChildProcesses children;
  private final Complaints complaints;

  TrialStart(ControlSettings settings, ChildProcesses children, Complaints complaints) {
    this.settings = settings;
    this.children = children;
    this.complaints = complaints;
  }

  /**
   * Tries all at once, and says what is wrong.
   *
   * @param ofThisMachine counts those that share its memory
   * @param allAtOnce whether no other replica is to be asked, since all are started anew
   * @return whether each could be started
   */
  boolean succeeds(List<LocalReplica> replicas, IntSupplier ofThisMachine, boolean allAtOnce)
      throws IOException, InterruptedException {
    boolean isWell = true;
    List<RemoteCall> trials = new ArrayList<>();
    String flags = replicas.isEmpty() ? "" : settings.javaFlags(ofThisMachine);
    for (LocalReplica replica : replicas) {
      List<String> words;
      try {
        words = settings.wordsOf(replica.name());
      } catch (IOException e) {
        complaints.say(replica.name() + ": " + e.getMessage());
        isWell = false;
        continue;
      }
      List<String> command = new ArrayList<>(List.of(settings.java()));
      command.addAll(ControlSettings.words(flags));
      command.addAll(List.of("-cp", "target/rkv.jar", Main.class.getName(), "--check"));
      if (allAtOnce) {
        command.add("--all-at-once");
      }
      command.addAll(words);
      Path directory = replica.directory();
      trials.add(
          RemoteCall.begin(
              replica.name(), directory.toString(), command, ChildProcesses.NULL, children));
    }
    RemoteStep step = new RemoteStep(trials);
    step.await(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    for (RemoteCall trial : trials) {
      for (String line : trial.lines()) {
        complaints.say(trial.name() + ": " + line);
      }
      trial.complain(complaints);
      isWell &= trial.status() == 0;
    }
    return isWell;
  }
}
