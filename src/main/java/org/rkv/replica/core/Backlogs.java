package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The backlog of each origin whose entries came lately, or could not be settled. Mostly as many as
 * there are replicas, but a faulty peer may tell of any number of origins. Belongs to the thread of
 * its {@link Settling}.
 */
final class Backlogs implements Iterable<Backlog> {
  private final Backlog own;
  private final List<Backlog> inTurn = new ArrayList<>();
  private final Map<Long, Backlog> byOrigin = new HashMap<>();

  /** The one that was asked for last: what comes from a peer mostly is of one origin. */
  private Backlog latest;

  /** Has our own, which is always there. */
  Backlogs(long ownOrigin) {
    own = begin(ownOrigin);
    latest = own;
  }

  /** That of our own writes. */
  Backlog own() {
    return own;
  }

  /** Null if there is none of this origin. */
  Backlog find(long origin) {
    if (latest.origin() == origin) {
      return latest;
    }
    Backlog found = byOrigin.get(origin);
    if (found != null) {
      latest = found;
    }
    return found;
  }

  /** The one of this origin; a new one if there is none. */
  Backlog of(long origin) {
    Backlog found = find(origin);
    return found == null ? begin(origin) : found;
  }

  private Backlog begin(long origin) {
    Backlog backlog = new Backlog(origin);
    byOrigin.put(origin, backlog);
    inTurn.add(backlog);
    return backlog;
  }

  /** How many entries wait in all of them. */
  int size() {
    return inTurn.stream().mapToInt(Backlog::size).sum();
  }

  /** How long the first of each has waited, at most; zero if none waits. */
  long oldestNanos(long nowNanos) {
    long oldest = 0;
    for (Backlog backlog : inTurn) {
      if (!backlog.isEmpty()) {
        oldest = Math.max(oldest, nowNanos - backlog.first().sinceNanos);
      }
    }
    return oldest;
  }

  /** Forgets those that are empty, and lets another one be the first. */
  void turn() {
    inTurn.removeIf(backlog -> backlog.isEmpty() && backlog != own);
    byOrigin.values().removeIf(backlog -> backlog.isEmpty() && backlog != own);
    latest = own;
    Collections.rotate(inTurn, 1);
  }

  @Override
  public Iterator<Backlog> iterator() {
    return inTurn.iterator();
  }
}
