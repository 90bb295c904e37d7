package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Ends replicas of this machine. Used by one thread, under the lock of the script. */
final class Shutdown {
  /** For a replica to finish what is under way. */
  static final int STOP_SECONDS = 10;

  /** For the system to end a process. */
  static final int KILL_SECONDS = 5;

  private static final long POLL_MILLIS = 50;

  private final PrintStream out;
  private final Complaints complaints;
  private final Map<LocalReplica, LiveProcess> ending = new LinkedHashMap<>();
  private boolean isRefused;

  Shutdown(PrintStream out, Complaints complaints) {
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Ends these, by force what does not end by itself.
   *
   * @return whether none of them runs any more
   */
  boolean end(List<LocalReplica> replicas) throws IOException, InterruptedException {
    for (LocalReplica replica : replicas) {
      terminate(replica);
    }
    awaitEnd(STOP_SECONDS);
    ending.forEach(
        (replica, process) -> {
          complaints.say(
              replica.name() + " has not ended after " + STOP_SECONDS + " seconds: killing it");
          process.handle().destroyForcibly();
        });
    awaitEnd(KILL_SECONDS);
    return ending.isEmpty() && !isRefused;
  }

  private void terminate(LocalReplica replica) throws IOException, InterruptedException {
    Optional<LiveProcess> process = replica.process();
    if (process.isPresent() && process.get().handle().destroy()) {
      ending.put(replica, process.get());
    } else if (process.isPresent() && process.get().isAlive()) {
      complaints.say(
          String.format(
              "%s: pid %d may not be ended by %s",
              replica.name(), process.get().pid(), System.getProperty("user.name")));
      isRefused = true;
    } else {
      out.println(replica.name() + ": not running");
      replica.files().forgetProcess();
    }
  }

  private void awaitEnd(int seconds) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      forgetThoseThatHaveEnded();
      if (ending.isEmpty() || System.nanoTime() - deadlineNanos >= 0) {
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void forgetThoseThatHaveEnded() throws IOException {
    for (LocalReplica replica : List.copyOf(ending.keySet())) {
      if (!ending.get(replica).isAlive()) {
        out.println(replica.name() + ": stopped");
        replica.files().forgetProcess();
        ending.remove(replica);
      }
    }
  }
}
