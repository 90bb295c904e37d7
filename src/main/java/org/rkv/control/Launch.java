package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Begins replicas of this machine. Used by one thread, under the lock of the script. */
final class Launch {
  /** How long a process may take until it has written its number down. */
  static final int TIMEOUT_SECONDS = 10;

  private static final long POLL_MILLIS = 20;

  private final ControlSettings settings;
  private final boolean leavesData;
  private final PrintStream out;
  private final Complaints complaints;

  /**
   * For some starts.
   *
   * @param leavesData whether replicas may come back without the data directories that they have
   */
  Launch(ControlSettings settings, boolean leavesData, PrintStream out, Complaints complaints) {
    this.settings = settings;
    this.leavesData = leavesData;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Begins those that do not run.
   *
   * @param ofThisMachine counts those that share its memory
   * @return whether all could be begun
   */
  boolean begin(List<LocalReplica> replicas, IntSupplier ofThisMachine)
      throws IOException, InterruptedException {
    List<LocalReplica> ready = new ArrayList<>();
    boolean areAllReady = true;
    for (LocalReplica replica : replicas) {
      Optional<LiveProcess> process = replica.process();
      if (process.isPresent()) {
        out.println(replica.name() + ": already running (pid " + process.get().pid() + ")");
      } else if (prepare(replica)) {
        ready.add(replica);
      } else {
        areAllReady = false;
      }
    }
    return (ready.isEmpty() || beginInOneSession(ready, ofThisMachine)) && areAllReady;
  }

  private boolean prepare(LocalReplica replica) {
    try {
      Optional<Path> data = settings.dataDirectoryOf(replica.name());
      Optional<String> fault =
          leavesData
              ? Optional.empty()
              : new RunningReplica(replica, Optional.empty()).dataFault(data);
      if (fault.isPresent()) {
        throw new IOException(fault.get());
      }
      replica.files().prepare();
      replica.files().rememberData(data);
      return true;
    } catch (IOException e) {
      complaints.say(replica.name() + ": " + e.getMessage());
      return false;
    }
  }

  /**
   * Linux may share the processors out among sessions first (sched_autogroup_enabled): with a
   * session each, five replicas would leave a sixth to their clients, and all would be slower.
   */
  private boolean beginInOneSession(List<LocalReplica> replicas, IntSupplier ofThisMachine)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("setsid", "sh", "kv_r.sh", "--here", "begin"));
    for (LocalReplica replica : replicas) {
      command.add(replica.files().name());
      command.add(replica.name().toString());
      command.add(settings.dataOf(replica.name()));
      command.add(String.join(" ", settings.optionsOf(replica.name())));
    }
    ProcessBuilder builder = ChildProcesses.builder(command);
    builder.directory(replicas.get(0).directory().toFile());
    builder.environment().put("RKV_JAVA_OPTS", settings.javaFlags(ofThisMachine));
    return builder.start().waitFor() == 0;
  }

  /**
   * Waits until the processes are known.
   *
   * @return whether all are
   */
  boolean await(List<LocalReplica> replicas) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    boolean areAllKnown = true;
    for (LocalReplica replica : replicas) {
      // Not looked at again once it is known: what is seen of it changes while it becomes a JVM.
      boolean isKnown = isKnown(replica);
      while (!isKnown && System.nanoTime() - deadlineNanos < 0) {
        Thread.sleep(POLL_MILLIS);
        isKnown = isKnown(replica);
      }
      if (!isKnown) {
        complaints.say(replica.name() + ": could not be started; see " + replica.files().log());
        areAllKnown = false;
      }
    }
    return areAllKnown;
  }

  /** Where the disk is full it has no pid file. */
  private static boolean isKnown(LocalReplica replica) throws InterruptedException {
    return replica.process().isPresent() || replica.files().pid().isPresent();
  }
}
