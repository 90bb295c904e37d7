package org.rkv.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Connections that share one budget of connections, of {@link Places} and of memory: whatever they
 * do, those of another lane keep theirs. While no place is free, calls that need one wait, and each
 * address has its turn; nothing more is read from their connections. One that has waited for 5 s is
 * executed all the same, and the server refuses it if it must. When none has had a place for so
 * long, none waits any more until one is free again. Belongs to the event loop's thread.
 */
final class Lane {
  /** Why one is closed that is silent for long, which is nothing to speak of. */
  static final String IDLE = "idle";

  /** No call waits for longer; clients wait 25 s for their answer. */
  static final long MAX_WAIT_MILLIS = 5_000;

  /** How often it looks whether one has waited for long. */
  private static final long CHECK_MILLIS = 100;

  /** So many waiting calls are executed before what they queued is written. */
  private static final int MAX_EXECUTED_AT_A_TIME = 128;

  /** One of the connections. */
  interface Member extends Holdings.Holder {
    /** Why it must be closed now, or null; asked once a second. */
    String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos);

    /** From now on this is its lane. */
    void setLane(Lane lane);

    /** Closes it, upon which it is to {@link Lane#remove} itself. */
    void close(String reason);
  }

  /** When these are read and executed in a round in which much was done. */
  enum Turn {
    /** All that has come. */
    AT_ONCE,
    /** Read at once, and one call each. */
    ONE_BY_ONE,
    /** All others first. */
    AFTER_OTHERS
  }

  private final Timers timers;
  private final long maxBytes;
  private final Turn turn;
  private final LimitedLog log;

  /**
   * In the order of access: each stands for itself, and looking it up puts it behind all others.
   */
  private final Map<Member, Member> byIdleness = new LinkedHashMap<>(16, 0.75f, true);

  private final FairQueue waiting = new FairQueue();

  private final Places places;
  private long heldBytes;
  private long placeTakenNanos;
  private boolean hasStopped;
  private boolean executing;
  private boolean checking;

  /**
   * An empty one.
   *
   * @param maxBytes held for all together; when it is more, some connections are closed
   * @param turn when there is much to do
   * @param log says whose connections are closed
   */
  Lane(Timers timers, long maxBytes, Turn turn, LimitedLog log) {
    this.timers = timers;
    this.maxBytes = maxBytes;
    this.turn = turn;
    this.log = log;
    places = new Places(timers);
    placeTakenNanos = timers.nanoTime();
  }

  int size() {
    return byIdleness.size();
  }

  /** When these are read and executed. */
  Turn turn() {
    return turn;
  }

  /** The connections of this moment, the longest idle first. */
  List<Member> members() {
    return new ArrayList<>(byIdleness.keySet());
  }

  /** Takes one in, with what it holds. */
  void add(Member member) {
    byIdleness.put(member, member);
    member.setLane(this);
    buffered(member.reportedBytes());
  }

  /** Something has come from this one, so it is not idle. */
  void active(Member member) {
    byIdleness.get(member);
  }

  /** Forgets one, and what it holds; its calls stay under way until they are answered. */
  void remove(Member member) {
    if (byIdleness.remove(member) != null) {
      heldBytes -= member.reportedBytes();
    }
  }

  /**
   * Closes the one that was idle longest, to have its place or its descriptor.
   *
   * @param why others need it
   * @return whether there was one
   */
  boolean closeIdlest(String why) {
    if (byIdleness.isEmpty()) {
      return false;
    }
    Member idlest = byIdleness.keySet().iterator().next();
    log.warn(() -> why + ": closing those idle longest; " + mostConnections());
    idlest.close(why + ", and this one was idle longest");
    return true;
  }

  private String mostConnections() {
    Map<InetAddress, Integer> counts = new HashMap<>();
    byIdleness.keySet().forEach(member -> counts.merge(member.address(), 1, Integer::sum));
    Map.Entry<InetAddress, Integer> most =
        counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return most.getValue()
        + " of "
        + byIdleness.size()
        + " are from "
        + most.getKey().getHostAddress();
  }

  /** Whether a call that needs a place may be executed at once; if not, let it {@link #enqueue}. */
  boolean admits() {
    return waiting.isEmpty() && (places.isOneFree() || hasStopped);
  }

  /**
   * Executes this call later, unless it is forgotten.
   *
   * @param party who sent it, see {@link FairQueue}
   * @param sinceNanos when it came
   */
  void enqueue(Object party, BackPressure.WaitingCall call, long sinceNanos) {
    waiting.add(party, call, sinceNanos);
    checkLater();
  }

  /** Does not execute this call, since its connection is closed. */
  void forget(BackPressure.WaitingCall call) {
    waiting.remove(call);
  }

  /** So many calls more, or fewer, than before are to be answered later. */
  void underWay(int difference) {
    places.taken(difference);
    if (difference < 0) {
      hasStopped &= !places.isOneFree();
      executeSoon();
    }
  }

  /** One of them holds so many bytes more, or fewer, than before; if all hold too many, some go. */
  void buffered(int difference) {
    heldBytes += difference;
    if (heldBytes > maxBytes) {
      relieve();
    }
  }

  /** By more than needed, since each time all are looked at. */
  private void relieve() {
    Holdings<Member> holdings = Holdings.of(byIdleness.keySet());
    while (heldBytes > maxBytes - maxBytes / 8) {
      Member victim = holdings.next();
      if (victim == null) {
        return;
      }
      String address = victim.address().getHostAddress();
      log.warn(() -> "too much is buffered: closing connections of " + address);
      victim.close("too much is buffered, and most of it for this one");
    }
  }

  private void executeSoon() {
    if (!executing && isOneToBeExecuted()) {
      executing = true;
      timers.schedule(0, this::executeWaiting);
    }
  }

  private void checkLater() {
    if (!checking) {
      checking = true;
      timers.schedule(CHECK_MILLIS, this::check);
    }
  }

  private void check() {
    checking = false;
    if (!waiting.isEmpty()) {
      checkLater();
      executeWaiting();
    }
  }

  private void executeWaiting() {
    executing = false;
    long beganNanos = timers.nanoTime();
    for (int i = 0;
        i < MAX_EXECUTED_AT_A_TIME
            && isOneToBeExecuted()
            && timers.nanoTime() - beganNanos < YieldingReads.MUCH_WORK_NANOS;
        i++) {
      try {
        take().execute();
      } catch (RuntimeException | Error e) {
        executeSoon(); // the others
        throw e;
      }
    }
    executeSoon();
  }

  private boolean isOneToBeExecuted() {
    return !waiting.isEmpty()
        && (places.isOneFree() || hasStopped || isLongAgo(waiting.oldestNanos()));
  }

  private BackPressure.WaitingCall take() {
    if (places.isOneFree()) {
      placeTakenNanos = timers.coarseNanoTime();
      return waiting.takeInTurn();
    }
    hasStopped |= isLongAgo(placeTakenNanos) && isLongAgo(waiting.oldestNanos());
    return waiting.takeOldest();
  }

  private boolean isLongAgo(long nanos) {
    return timers.coarseNanoTime() - nanos >= TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MILLIS);
  }
}
