package org.rkv.replica.peer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The starts that were met at one entry lately. One replica follows another there when it has
 * restarted or was replaced. But when look-ups lead to two of them in turn there are two of one
 * name, and neither can be admitted until one has been silent for a while. Belongs to the replica's
 * thread.
 */
final class Namesakes {
  private static final int MAX_REMEMBERED = 16;

  private final long silenceNanos;
  private final Map<Long, Seen> seen = new LinkedHashMap<>();
  private long last;
  private boolean inTurn;

  private static final class Seen {
    private final String where;
    private long nanos;
    private boolean wasLedTo;

    Seen(String where) {
      this.where = where;
    }
  }

  /**
   * Nobody was met.
   *
   * @param silenceNanos after which one that says nothing is gone
   */
  Namesakes(long silenceNanos) {
    this.silenceNanos = silenceNanos;
  }

  /** A look-up has led to this one. */
  void ledTo(long start, String where, long nowNanos) {
    Seen before = seen.get(start);
    inTurn |=
        start != last
            && before != null
            && before.wasLedTo
            && nowNanos - before.nanos <= silenceNanos;
    last = start;
    heard(start, where, nowNanos);
    seen.get(start).wasLedTo = true;
  }

  /** This one has greeted us by the name, or a look-up has led to it. */
  void heard(long start, String where, long nowNanos) {
    seen.computeIfAbsent(start, any -> new Seen(where)).nanos = nowNanos;
    if (seen.size() > MAX_REMEMBERED) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  /** Where the two are, for people; null if there is one at most. */
  String two(long nowNanos) {
    seen.values().removeIf(one -> nowNanos - one.nanos > silenceNanos);
    if (seen.size() < 2) {
      inTurn = false;
    }
    return inTurn
        ? String.join(" and ", seen.values().stream().map(one -> one.where).toList())
        : null;
  }
}
