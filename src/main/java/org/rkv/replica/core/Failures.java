package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.rkv.replica.observe.Announced;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.Reason;
import org.slf4j.Logger;

/**
 * What was announced as failed to clients, and why: counted for STATUS, written to the log once in
 * a while for each reason, remembered for a moment for who asks WHY, and told to whoever else
 * observes. It outlives an incarnation. Belongs to the replica's thread.
 */
public final class Failures {
  /** The latest ones that can be asked for. */
  static final int MAX_REMEMBERED = 1024;

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

  private final Remembered[] latest = new Remembered[MAX_REMEMBERED];
  private int next;

  /** Of one reason. */
  private static final class Tally {
    private Request request;
    private Failure why;
    private long count;
    private long lastNanos;
    private long loggedNanos;
    private long unlogged;
  }

  /** A key may be long, so only its hash is kept: at worst somebody is told of another failure. */
  private record Remembered(Request request, int keyHash, Failure why, long nanos) {}

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
  void failed(Request request, String key, Failure why) {
    long now = nanoTime.getAsLong();
    latest[next] = new Remembered(request, key.hashCode(), why, now);
    next = (next + 1) % MAX_REMEMBERED;
    Tally tally = tally(why);
    tally.request = request;
    tally.why = why;
    tally.lastNanos = now;
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

  /** How often, for each reason that there was, as STATUS has it. */
  FailureCount[] counts() {
    List<FailureCount> counts = new ArrayList<>();
    long now = nanoTime.getAsLong();
    forEach(
        (peer, tally) -> {
          FailureCount count = new FailureCount();
          count.cause = tally.why.cause().label();
          count.peer = peer;
          count.count = tally.count;
          count.last_millis = TimeUnit.NANOSECONDS.toMillis(now - tally.lastNanos);
          counts.add(count);
        });
    return counts.toArray(FailureCount[]::new);
  }

  /** The same in words. */
  public List<Announced> announced() {
    List<Announced> announced = new ArrayList<>();
    forEach(
        (peer, tally) ->
            announced.add(new Announced(tally.request, tally.why, tally.count, tally.lastNanos)));
    return announced;
  }

  private void forEach(BiConsumer<String, Tally> action) {
    tallies.forEach(
        (peer, ofPeer) -> {
          for (Tally tally : ofPeer) {
            if (tally != null) {
              action.accept(peer, tally);
            }
          }
        });
  }

  /** Why the latest such request for a key failed; empty if none is remembered. */
  Reason why(Request request, String key) {
    Reason reason = new Reason();
    reason.cause = "";
    reason.peer = "";
    reason.text = "";
    Remembered found = find(request, key.hashCode());
    if (found != null) {
      reason.cause = found.why().cause().label();
      reason.peer = found.why().peer();
      reason.text = found.why().text();
      reason.millis = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - found.nanos());
    }
    return reason;
  }

  private Remembered find(Request request, int keyHash) {
    for (int back = 1; back <= MAX_REMEMBERED; back++) {
      Remembered one = latest[(next - back + MAX_REMEMBERED) % MAX_REMEMBERED];
      if (one == null) {
        return null;
      }
      if (one.request() == request && one.keyHash() == keyHash) {
        return one;
      }
    }
    return null;
  }
}
