package org.rkv.replica.core;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.rkv.net.Timers;
import org.rkv.oncrpc.RpcServer;
import org.rkv.protocol.KvProgram;

/**
 * The end of a replica that is told to stop: what clients have asked for is answered, and nothing
 * more is taken from them; then all peers are told the last watermark, so that they know what was
 * acknowledged last to be on every replica, and answer it while this one is away. The calls of
 * peers are answered all the while: one that stops as well waits for them. Belongs to the replica's
 * thread.
 */
public final class Drain {
  private static final long POLL_MILLIS = 5;

  /** What is left for the peers' answers when calls of clients take all the time that there is. */
  private static final long ANNOUNCEMENT_MILLIS = 500;

  private final RpcServer server;
  private final Supplier<Incarnation> present;
  private final Timers timers;
  private final Runnable ended;
  private long deadlineNanos;
  private boolean over;

  /**
   * Does nothing yet.
   *
   * @param present the incarnation, which may begin anew meanwhile
   * @param ended called once, when nothing more is waited for
   */
  public Drain(RpcServer server, Supplier<Incarnation> present, Timers timers, Runnable ended) {
    this.server = server;
    this.present = present;
    this.timers = timers;
    this.ended = ended;
  }

  /**
   * Begins.
   *
   * @param timeoutMillis after so long nothing more is waited for; with 0 nobody is told anything
   */
  public void begin(long timeoutMillis) {
    deadlineNanos = timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    server.drain(KvProgram::isForReplicas);
    awaitCalls();
  }

  private void awaitCalls() {
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - timers.nanoTime());
    if (leftMillis <= 0) {
      end();
    } else if (server.isIdle() || leftMillis <= ANNOUNCEMENT_MILLIS) {
      timers.schedule(leftMillis, this::end);
      present.get().announceLast(this::end);
    } else {
      timers.schedule(POLL_MILLIS, this::awaitCalls);
    }
  }

  private void end() {
    if (!over) {
      over = true;
      ended.run();
    }
  }
}
