package org.rkv.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
   * @param leavesData whether replicas may come back without the data directories that they have
   * @return whether each could be started
   */
  boolean succeeds(
      List<LocalReplica> replicas, IntSupplier ofThisMachine, boolean allAtOnce, boolean leavesData)
      throws IOException, InterruptedException {
    boolean isWell = true;
    List<RemoteCall> trials = new ArrayList<>();
    String flags = replicas.isEmpty() ? "" : settings.javaFlags(ofThisMachine);
    for (LocalReplica replica : replicas) {
      RunningReplica running = RunningReplica.of(replica);
      List<String> words;
      try {
        Optional<Path> data = settings.dataDirectoryOf(replica.name());
        Optional<String> fault = leavesData ? Optional.empty() : running.dataFault(data);
        fault = allAtOnce || fault.isPresent() ? fault : running.portFault();
        if (fault.isPresent()) {
          throw new IOException(fault.get());
        }
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
      isWell &= report(trial);
    }
    return isWell;
  }

  /** A JVM that is told to do something else, and does, has tried nothing. */
  private boolean report(RemoteCall trial) throws IOException {
    List<String> lines = trial.lines();
    boolean isTried = lines.contains(Main.NOTHING_WRONG);
    if (trial.status() == 0 && !isTried) {
      complaints.say(trial.name() + ": it would not serve with these flags: see RKV_JAVA_OPTS");
    } else if (!isTried) {
      lines.forEach(line -> complaints.say(trial.name() + ": " + line));
    }
    trial.complain(complaints);
    return isTried && trial.status() == 0;
  }
}
