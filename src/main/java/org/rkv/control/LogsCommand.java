package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaName;

/** Prints the ends of logs, here with {@code tail}. */
final class LogsCommand {
  private static final long MACHINES_MILLIS = TimeUnit.SECONDS.toMillis(10);

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final ChildProcesses children;
  private final PrintStream out;
  private final Complaints complaints;

  LogsCommand(
      ControlSettings settings,
      RemoteMachines machines,
      ChildProcesses children,
      PrintStream out,
      Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.children = children;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Prints the last lines.
   *
   * @return whether there is a log on each machine
   */
  boolean print(Choice choice) throws IOException, InterruptedException {
    List<Path> files = existing(settings.local(choice));
    RemoteStep step = machines.beginStep("logs", choice.remote());
    boolean isPrinted = true;
    if (!files.isEmpty()) {
      isPrinted = tail(files, "-n", "100").waitFor() == 0;
    } else if (choice.remote().isEmpty()) {
      isPrinted = false;
    }
    step.await(MACHINES_MILLIS);
    for (RemoteCall call : step.calls()) {
      out.printf("%n==> %s <==%n", call.name());
      isPrinted &= call.report(out, complaints);
    }
    return isPrinted;
  }

  /**
   * Prints the last lines and those that are added, until this program is ended or nobody is left
   * to be followed.
   *
   * @return false
   */
  boolean follow(Choice choice) throws IOException, InterruptedException {
    List<Path> files = existing(settings.local(choice));
    List<Process> followers = new ArrayList<>();
    for (ReplicaName name : choice.remote()) {
      followers.add(machines.follow("logs -f", name));
    }
    if (!files.isEmpty()) {
      followers.add(tail(files, "-n", "20", "-F"));
    }
    for (Process follower : followers) {
      follower.waitFor();
    }
    return false;
  }

  private List<Path> existing(List<LocalReplica> replicas) {
    List<Path> files = new ArrayList<>();
    for (LocalReplica replica : replicas) {
      Path log = replica.files().log();
      if (Files.isRegularFile(log)) {
        files.add(log);
      } else {
        complaints.say(replica.name() + ": no log yet");
      }
    }
    return files;
  }

  private Process tail(List<Path> files, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("tail"));
    command.addAll(List.of(options));
    command.add("--");
    files.forEach(file -> command.add(file.toString()));
    return children.begin(ChildProcesses.builder(command));
  }
}
