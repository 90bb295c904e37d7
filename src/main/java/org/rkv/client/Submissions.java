package org.rkv.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rkv.net.EventLoop;

/**
 * Calls on their way from all threads to the loop. The loop is told once of those that come
 * together, so that they leave together.
 */
final class Submissions {
  /** Why a call fails that is submitted too late, or is under way then. */
  static final String CLOSED = "The client is closed";

  private final EventLoop loop;
  private final Runnable arrived;
  private final Queue<ClientCall<?>> calls = new ConcurrentLinkedQueue<>();

  /** Whether the loop has been told that something is submitted. */
  private final AtomicBoolean told = new AtomicBoolean();

  private volatile boolean ended;

  /**
   * None yet.
   *
   * @param arrived what the loop does when there are some
   */
  Submissions(EventLoop loop, Runnable arrived) {
    this.loop = loop;
    this.arrived = arrived;
  }

  /** Takes a call. Safe for all threads; the call fails if the loop has ended. */
  void add(ClientCall<?> call) {
    calls.add(call);
    if (!loop.isOwnThread() && told.compareAndSet(false, true)) { // our own looks when it is done
      tellLoop();
    }
    if (ended) { // It may have looked for the last time before ours was there.
      failAll();
    }
  }

  private void tellLoop() {
    try {
      loop.execute(
          () -> {
            told.set(false);
            arrived.run();
          });
    } catch (RejectedExecutionException e) {
      return; // It is closed, and fails whatever is submitted when it ends.
    }
  }

  /** Whether the loop has been told of calls, and will look in this round. */
  boolean areComing() {
    return told.get();
  }

  /** The next one, or null. */
  ClientCall<?> poll() {
    return calls.poll();
  }

  /** The loop ends: what is submitted fails from now on. */
  void end() {
    ended = true;
    failAll();
  }

  private void failAll() {
    ClientCall<?> call;
    while ((call = calls.poll()) != null) {
      call.fail(new CallFailedException(CLOSED, null, null));
    }
  }
}
