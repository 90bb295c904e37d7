package org.rkv.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.rkv.oncrpc.blocking.Deadline;

/**
 * Waits until replicas of this machine, which were begun just now, serve and answer clients. Looks
 * at their processes and logs again and again, and asks those that say that they serve; used by one
 * thread, which it blocks.
 */
final class ServingWait {
  private static final long POLL_MILLIS = 100;
  private static final int ASK_MILLIS = 2000;
  private static final int SHOWN_LINES = 10;

  private final int timeoutSeconds;
  private final Complaints complaints;
  private final List<Begun> waiting = new ArrayList<>();
  private boolean allServe = true;

  /**
   * Prepares to wait.
   *
   * @param replicas that have been begun
   * @param timeoutSeconds for all together
   * @param complaints are told of each that does not serve, with the end of its log
   */
  ServingWait(List<RunFiles> replicas, int timeoutSeconds, Complaints complaints) {
    this.timeoutSeconds = timeoutSeconds;
    this.complaints = complaints;
    replicas.forEach(files -> waiting.add(Begun.of(files)));
  }

  /**
   * Ends when each serves or has ended, or when the time is over.
   *
   * @return whether all serve
   */
  boolean await() throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    while (true) {
      boolean isLate = System.nanoTime() - deadlineNanos >= 0;
      waiting.removeIf(replica -> isSettled(replica, isLate));
      if (waiting.isEmpty()) {
        return allServe;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean isSettled(Begun replica, boolean isLate) {
    RunFiles files = replica.files();
    if (!replica.isAlive()) {
      fail(files, "did not start");
      return true;
    }
    Optional<String> address = files.servedAddress();
    boolean isDone = address.isPresent() && !saysThatItWaits(address.get());
    if (isDone) {
      remember(files, address.get());
    } else if (isLate) {
      String what = address.isPresent() ? "answers no client" : "does not serve";
      fail(files, what + " after " + timeoutSeconds + " seconds");
    }
    return isDone || isLate;
  }

  /** Who cannot be asked from here may serve all the same: its log says so. */
  private static boolean saysThatItWaits(String address) {
    String state = new StatusCall(address, Deadline.afterMillis(ASK_MILLIS)).call().state();
    return state.equals("not-answering") || state.equals("catching-up");
  }

  private void fail(RunFiles files, String how) {
    allServe = false;
    complaints.say(files.name() + " " + how + "; the end of its log:");
    complaints.quote(files.endOfLog(SHOWN_LINES));
  }

  private void remember(RunFiles files, String address) {
    try {
      files.rememberAddress(address);
    } catch (IOException e) {
      complaints.say(files.name() + ": where it serves cannot be written down: " + e.getMessage());
    }
  }

  /**
   * A replica and its process.
   *
   * @param process as it was when the waiting began
   */
  private record Begun(RunFiles files, Optional<LiveProcess> process) {
    static Begun of(RunFiles files) {
      OptionalLong pid = files.pid();
      return new Begun(files, pid.isPresent() ? LiveProcess.of(pid.getAsLong()) : Optional.empty());
    }

    boolean isAlive() {
      return process.isPresent() && process.get().isAlive();
    }
  }
}
