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
 * at their processes and asks them again and again; used by one thread, which it blocks.
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
  ServingWait(List<LocalReplica> replicas, int timeoutSeconds, Complaints complaints)
      throws InterruptedException {
    this.timeoutSeconds = timeoutSeconds;
    this.complaints = complaints;
    for (LocalReplica replica : replicas) {
      waiting.add(Begun.of(replica));
    }
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

  private boolean isSettled(Begun begun, boolean isLate) {
    if (!begun.isAlive()) {
      fail(begun.replica(), "did not start");
      return true;
    }
    String state = begun.state();
    boolean isDone = state.equals("serving");
    if (isDone) {
      remember(begun.replica());
    } else if (isLate) {
      String what = state.equals("not-answering") ? "answers no client" : "does not serve";
      fail(begun.replica(), what + " after " + timeoutSeconds + " seconds");
    }
    return isDone || isLate;
  }

  private void fail(LocalReplica replica, String how) {
    allServe = false;
    complaints.say(replica.name() + " " + how + "; the end of its log:");
    complaints.quote(replica.files().endOfLog(SHOWN_LINES));
  }

  private void remember(LocalReplica replica) {
    try {
      replica.files().rememberAddress(replica.address());
    } catch (IOException e) {
      complaints.say(
          replica.name() + ": where it serves cannot be written down: " + e.getMessage());
    }
  }

  /**
   * A replica and its process.
   *
   * @param process as it was when the waiting began
   */
  private record Begun(LocalReplica replica, Optional<LiveProcess> process) {
    static Begun of(LocalReplica replica) throws InterruptedException {
      Optional<LiveProcess> process = replica.process();
      OptionalLong pid = replica.files().pid();
      return new Begun(
          replica,
          process.isPresent() || pid.isEmpty() ? process : LiveProcess.of(pid.getAsLong()));
    }

    boolean isAlive() {
      return process.isPresent() && process.get().isAlive();
    }

    /** What it says itself; another one may be at its address. */
    String state() {
      Answer answer = new StatusCall(replica.address(), Deadline.afterMillis(ASK_MILLIS)).call();
      boolean isAnothers =
          answer.process().isKnown()
              && answer.process().pid() != process.map(LiveProcess::pid).orElse(0L);
      return isAnothers ? "starting" : answer.state();
    }
  }
}
