package org.rkv.net;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The accepted connections of one listener, in three lanes, and the limits that they keep.
 *
 * <pre>
 *   accepted, from an address of those who may greet --> greetings --admitted--> admitted
 *                                                            |                      ^
 *              no greeting came first, or 4 s have gone by --+                      |
 *                                                            v                      |
 *   accepted, from anywhere else, or as one too many --> strangers ----admitted-----+
 * </pre>
 *
 * <p>So nothing that strangers do closes the connection of one that is admitted, or keeps it from
 * being admitted. Belongs to the event loop's thread.
 */
final class Connections {
  /** So many of one address may be about to greet; one more begins among the strangers. */
  static final int MAX_GREETINGS_OF_AN_ADDRESS = 8;

  /** A greeting that has led to nothing for so long goes on among the strangers. */
  static final long MAX_GREETING_MILLIS = 4_000;

  private static final long SWEEP_MILLIS = 1000;

  private final Timers timers;
  private final ConnectionLimits limits;
  private final Predicate<InetAddress> mayGreet;
  private final LimitedLog log;
  private final Lane strangers;
  private final Lane greetings;
  private final Lane admitted;

  /** When each of the greetings was accepted, the oldest first. */
  private final Map<Lane.Member, Long> sinceNanos = new LinkedHashMap<>();

  private int maxStrangers;

  /**
   * None yet.
   *
   * @param mayGreet whether somebody at this address may be one that is to be admitted
   * @param log says, once a second at most, that connections are closed, and why
   */
  Connections(
      Timers timers, ConnectionLimits limits, Predicate<InetAddress> mayGreet, LimitedLog log) {
    this.timers = timers;
    this.limits = limits;
    this.mayGreet = mayGreet;
    this.log = log;
    maxStrangers = limits.maxConnections();
    long bytes = limits.maxBufferedBytes();
    strangers = new Lane(timers, bytes, Lane.Turn.AFTER_OTHERS, log);
    greetings = new Lane(timers, bytes / 8, Lane.Turn.ONE_BY_ONE, log);
    admitted = new Lane(timers, bytes / 2, Lane.Turn.AT_ONCE, log);
  }

  /** What everybody else shares. */
  Lane strangers() {
    return strangers;
  }

  /** Begins to look once a second for what is overdue. */
  void begin() {
    timers.schedule(SWEEP_MILLIS, this::sweep);
  }

  /** From now on so many strangers are kept, if there are not fewer descriptors. */
  void setMaxStrangers(int most) {
    maxStrangers = most;
  }

  /** With more of them accepted in one round, one might end before its answer has left. */
  int maxAcceptedAtATime() {
    return Math.max(1, maxStrangers / 8);
  }

  /**
   * Takes in one more; if there are too many strangers, the one that was idle longest is closed.
   */
  void add(Lane.Member member) {
    if (mayGreet.test(member.address())
        && greetingsOf(member.address()) < MAX_GREETINGS_OF_AN_ADDRESS) {
      sinceNanos.put(member, timers.nanoTime());
      greetings.add(member);
    } else {
      addStranger(member);
    }
  }

  private long greetingsOf(InetAddress address) {
    return sinceNanos.keySet().stream().filter(each -> each.address().equals(address)).count();
  }

  private void addStranger(Lane.Member member) {
    while (strangers.size() >= maxStrangers && strangers.closeIdlest("too many connections")) {
      // one less
    }
    strangers.add(member);
  }

  /** The first record has come from this one. */
  void spoke(Lane.Member member, CallKind first) {
    if (first != CallKind.GREETING) {
      becomeStranger(member);
    }
  }

  private void becomeStranger(Lane.Member member) {
    if (sinceNanos.remove(member) != null) {
      greetings.remove(member);
      addStranger(member);
    }
  }

  /** The other end has shown that it is one of those for whom there is a lane of their own. */
  void admit(Lane.Member member) {
    remove(member);
    admitted.add(member);
  }

  /** Forgets one that is closed. */
  void remove(Lane.Member member) {
    sinceNanos.remove(member);
    greetings.remove(member);
    strangers.remove(member);
    admitted.remove(member);
  }

  /** Closes a stranger, since its descriptor is needed. */
  boolean freeDescriptor() {
    return strangers.closeIdlest("too many open files");
  }

  private void sweep() {
    timers.schedule(SWEEP_MILLIS, this::sweep);
    long now = timers.nanoTime();
    for (Lane lane : new Lane[] {strangers, greetings, admitted}) {
      closeOverdue(lane, now);
    }
    for (Lane.Member member : sinceNanos.keySet().toArray(Lane.Member[]::new)) {
      if (now - sinceNanos.get(member) >= TimeUnit.MILLISECONDS.toNanos(MAX_GREETING_MILLIS)) {
        becomeStranger(member);
      }
    }
  }

  /** Closing one may save another. */
  private void closeOverdue(Lane lane, long now) {
    long idleNanos = TimeUnit.MILLISECONDS.toNanos(limits.idleTimeoutMillis());
    long stalledNanos = TimeUnit.MILLISECONDS.toNanos(limits.stalledTimeoutMillis());
    for (Lane.Member member : lane.members()) {
      String reason = member.overdue(now, idleNanos, stalledNanos);
      if (reason != null) {
        if (!reason.equals(Lane.IDLE)) {
          log.warn(
              () -> "closing a connection of " + member.address().getHostAddress() + ": " + reason);
        }
        member.close(reason);
      }
    }
  }
}
