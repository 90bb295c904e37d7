package org.rkv.replica.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;
import org.slf4j.Logger;

/**
 * What was announced as failed to clients, and why: written to the log once in a while for each
 * reason, and told to whoever else observes. It outlives an incarnation. Belongs to the replica's
 * thread.
 */
public final class Failures {
  /** Peers that are counted by name: a list has few, but it may be changed again and again. */
  static final int MAX_PEERS = 64;

  /** How peers are called together that are too many to be told apart. */
  private static final String OTHERS = "others";

  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Observer observer;
  private final LongSupplier nanoTime;
  private final Logger log;

  /** By the peer, empty for ourselves, and the cause's number. */
  private final Map<String, Tally[]> tallies = new LinkedHashMap<>();

  /** Of one reason. */
  private static final class Tally {
    private long count;
    private long loggedNanos;
    private long unlogged;
  }

  /**
   * None, up to now.
   *
   * @param observer is told of each
   * @param nanoTime monotonic, in nanoseconds, as {@link System#nanoTime}
   */
  public Failures(Observer observer, LongSupplier nanoTime, Logger log) {
    this.observer = observer;
    this.nanoTime = nanoTime;
    this.log = log;
  }

  /** A client is told so, now. */
  void failed(Request request, Failure why) {
    long now = nanoTime.getAsLong();
    Tally tally = tally(why);
    if (tally.count++ == 0 || now - tally.loggedNanos > AGAIN_NANOS) {
      say(request, why, tally.unlogged);
      tally.loggedNanos = now;
      tally.unlogged = 0;
    } else {
      tally.unlogged++;
    }
    observer.failed(request, why);
  }

  private Tally tally(Failure why) {
    boolean isOneMore = !tallies.containsKey(why.peer()) && tallies.size() >= MAX_PEERS;
    Tally[] ofPeer =
        tallies.computeIfAbsent(
            isOneMore ? OTHERS : why.peer(), name -> new Tally[Cause.values().length]);
    int cause = why.cause().ordinal();
    if (ofPeer[cause] == null) {
      ofPeer[cause] = new Tally();
    }
    return ofPeer[cause];
  }

  private void say(Request request, Failure why, long unlogged) {
    if (unlogged == 0) {
      log.warn("{} is announced as failed: {}", request, why.text());
    } else {
      log.warn(
          "{} is announced as failed: {} (and {} more for that before)",
          request,
          why.text(),
          unlogged);
    }
  }
}
