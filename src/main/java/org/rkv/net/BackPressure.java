package org.rkv.net;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Lets calls on connections that would fill the event loop's links wait while one of these has more
 * to send than it is good to queue. A call that waits has been received and is not executed;
 * nothing more is read from its connection, and TCP tells the caller to wait. Otherwise many
 * clients with large values would fill the links until calls are refused, which fails operations
 * for no fault of anybody.
 *
 * <p>Large calls wait for all links, in the order in which they came. Small ones wait for the links
 * that they go over, and overtake large ones as long as none of these is overfull and no large call
 * has waited for one of these for long: so small operations go on beside large ones. Only links
 * that move are waited for: behind a peer that has stopped, operations fail, they do not queue. And
 * no call waits for longer than 5 s, what it has waited for before included, since clients wait 25
 * s for an answer.
 *
 * <p>Where what calls bring goes to a disk as well, all of them wait while that is far behind. What
 * moves there cannot be seen: a single force may take a second. Belongs to the event loop's thread.
 */
public final class BackPressure {
  /**
   * With more than that queued, a link is full, and large calls wait. What is queued, and the one
   * large call that may come on top of it, is what the next call on the link has to wait for; less
   * than the system takes at a time would leave the link idle.
   */
  public static final int FULL_BYTES = 256 * 1024;

  /**
   * With more than that queued on a link that small calls go over, every call waits. The largest
   * calls take 2 MiB.
   */
  static final int OVERFULL_BYTES = 4 * 1024 * 1024;

  /**
   * When a large call has waited for so long, none overtakes it any more, unless it waits for links
   * that small ones do not go over.
   */
  static final long OVERTAKING_MILLIS = 500;

  /** A call that has waited for so long is executed, whatever is queued. */
  static final long MAX_WAIT_MILLIS = 5_000;

  /** How often it checks whether full links move, and whether a call has waited for long. */
  static final long CHECK_MILLIS = 50;

  /** A full link that has taken nothing for so many checks, one after the other, has stopped. */
  static final int MAX_CHECKS_WITHOUT_PROGRESS = 10;

  /** So many waiting calls are executed before what they queued is written. */
  private static final int MAX_EXECUTED_AT_A_TIME = 128;

  /** The sending side of a link. */
  interface Sender {
    /** Bytes queued and not yet taken by the system. */
    int queuedBytes();

    /** All bytes that the system has ever taken. */
    long takenBytes();

    /** Whether small calls never go over it. */
    boolean carriesLargeCallsOnly();
  }

  /** A call that was received, and is not executed before it may be. */
  interface WaitingCall {
    /** Executes it: it does not wait any more. */
    void execute();
  }

  private final Timers timers;
  private final Map<Sender, LinkProgress> full = new LinkedHashMap<>();
  private final Queue<QueuedCall> large = new PriorityQueue<>(QueuedCall.FIRST_COME);
  private final Queue<QueuedCall> small = new PriorityQueue<>(QueuedCall.FIRST_COME);
  private long queuedCalls;
  private boolean isDiskBehind;
  private boolean watching;
  private boolean executing;

  /**
   * One of those that wait.
   *
   * @param sinceNanos when it came
   * @param number among all of the same time
   */
  private record QueuedCall(WaitingCall call, long sinceNanos, long number) {
    /** Times are compared by what lies between them, as {@link System#nanoTime} asks for. */
    static final Comparator<QueuedCall> FIRST_COME =
        (one, other) ->
            one.sinceNanos == other.sinceNanos
                ? Long.compare(one.number, other.number)
                : Long.signum(one.sinceNanos - other.sinceNanos);
  }

  /** What a full link had taken at the last check, and how many checks ago that changed. */
  private static final class LinkProgress {
    private long takenBytes;
    private int checksWithoutProgress;

    LinkProgress(long takenBytes) {
      this.takenBytes = takenBytes;
    }

    boolean hasStopped() {
      return checksWithoutProgress >= MAX_CHECKS_WITHOUT_PROGRESS;
    }
  }

  /** With no link that is full. */
  BackPressure(Timers timers) {
    this.timers = timers;
  }

  /** Whether a call of this size may be executed at once; if not, let it {@link #enqueue}. */
  boolean admits(int callBytes) {
    if (isDiskBehind) {
      return false;
    }
    if (full.isEmpty()) {
      return large.isEmpty() && small.isEmpty();
    }
    return Channel.isLarge(callBytes)
        ? large.isEmpty() && !isSomeFull()
        : small.isEmpty() && maySmallGo();
  }

  /**
   * Executes this call later, unless it is forgotten.
   *
   * @param sinceNanos when it came: it may have waited for something else since then
   */
  void enqueue(WaitingCall call, int callBytes, long sinceNanos) {
    QueuedCall queued = new QueuedCall(call, sinceNanos, queuedCalls++);
    (Channel.isLarge(callBytes) ? large : small).add(queued);
    checkLater(); // whether it has waited for long
  }

  /** Does not execute this call, since its connection is closed. */
  void forget(WaitingCall call) {
    large.removeIf(queued -> queued.call == call);
    small.removeIf(queued -> queued.call == call);
  }

  /** To be told whenever a link has more queued than before, or less. */
  void queueChanged(Sender link) {
    if (link.queuedBytes() > FULL_BYTES) {
      full.computeIfAbsent(link, added -> new LinkProgress(added.takenBytes()));
      checkLater();
      if (!small.isEmpty() && link.queuedBytes() <= OVERFULL_BYTES) {
        executeSoon();
      }
    } else if (full.remove(link) != null) {
      executeSoon();
    }
  }

  /** To be told when a link has ended: nobody waits for it any more. */
  void linkEnded(Sender link) {
    if (full.remove(link) != null) {
      executeSoon();
    }
  }

  /** To be told when the disk falls far behind, and when it has caught up. */
  void diskIsBehind(boolean isBehind) {
    isDiskBehind = isBehind;
    if (isBehind && !(large.isEmpty() && small.isEmpty())) {
      checkLater();
    }
    executeSoon();
  }

  private void checkLater() {
    if (!watching) {
      watching = true;
      timers.schedule(CHECK_MILLIS, this::checkProgress);
    }
  }

  private void checkProgress() {
    full.forEach(
        (link, progress) -> {
          boolean moves = link.takenBytes() != progress.takenBytes;
          progress.takenBytes = link.takenBytes();
          progress.checksWithoutProgress = moves ? 0 : progress.checksWithoutProgress + 1;
        });
    watching = false;
    if (!full.isEmpty() || isDiskBehind && !(large.isEmpty() && small.isEmpty())) {
      checkLater();
    }
    executeSoon();
  }

  private void executeSoon() {
    if (!executing && !(large.isEmpty() && small.isEmpty())) {
      executing = true;
      timers.schedule(0, this::executeWaiting);
    }
  }

  private void executeWaiting() {
    executing = false;
    for (int i = 0; i < MAX_EXECUTED_AT_A_TIME; i++) {
      QueuedCall next = next();
      if (next == null) {
        return;
      }
      try {
        next.call.execute();
      } catch (RuntimeException | Error e) {
        executeSoon(); // the others
        throw e;
      }
    }
    executeSoon();
  }

  /** Takes the next that may be executed, or null. */
  private QueuedCall next() {
    Queue<QueuedCall> older = isSmallOlder() ? small : large;
    if (hasWaited(older, MAX_WAIT_MILLIS)) {
      return older.poll();
    }
    if (isDiskBehind) {
      return null;
    }
    if (!isSomeFull()) {
      return older.poll();
    }
    return maySmallGo() ? small.poll() : null;
  }

  private boolean isSmallOlder() {
    return large.isEmpty()
        || !small.isEmpty() && small.peek().sinceNanos - large.peek().sinceNanos < 0;
  }

  private boolean maySmallGo() {
    int queuedBytes = mostQueuedBytesBeforeSmall();
    return queuedBytes <= FULL_BYTES
        || queuedBytes <= OVERFULL_BYTES && !hasWaited(large, OVERTAKING_MILLIS);
  }

  private boolean hasWaited(Queue<QueuedCall> calls, long millis) {
    return !calls.isEmpty()
        && timers.coarseNanoTime() - calls.peek().sinceNanos
            > TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Whether a link that moves is full. */
  private boolean isSomeFull() {
    for (LinkProgress progress : full.values()) {
      if (!progress.hasStopped()) {
        return true;
      }
    }
    return false;
  }

  /** Of the full links that move and that small calls go over. */
  private int mostQueuedBytesBeforeSmall() {
    int most = 0;
    for (Map.Entry<Sender, LinkProgress> each : full.entrySet()) {
      Sender link = each.getKey();
      if (!link.carriesLargeCallsOnly() && !each.getValue().hasStopped()) {
        most = Math.max(most, link.queuedBytes());
      }
    }
    return most;
  }
}
