package org.rkv.replica.epoch;

import java.util.HashSet;
import java.util.Set;

/**
 * What one replica has gone through, to be compared with another's. Immutable.
 *
 * @param incarnation that holds the content: of one that keeps an old copy, the one that left it
 * @param epochs that the content has gone through
 * @param taken the ids of the epochs that the replica took itself, even while it caught up
 * @param passed those that never take an epoch any more that is not among these
 */
public record Past(long incarnation, Epochs epochs, Set<Long> taken, Passed passed) {
  /** Of somebody who never told any. */
  public static final Past NONE = new Past(0, Epochs.NONE, Set.of(), Passed.NONE);

  /** How one past is to another. */
  public enum Relation {
    /** Neither has anything that counts and the other lacks. */
    EQUAL,
    /** The other has all that this one has, and more. */
    BEHIND,
    /** This one has all that the other has, and more. */
    AHEAD,
    /** Each has something that the other lacks. */
    APART
  }

  /** Keeps a copy. */
  public Past {
    taken = Set.copyOf(taken);
  }

  /** The same, with epochs that were drawn by the one whose past it is. */
  public Past taking(Epochs later) {
    Set<Long> ids = new HashSet<>(taken);
    later.beyond(epochs).forEach(epoch -> ids.add(epoch.id()));
    return new Past(incarnation, later, ids, passed);
  }

  /** The same, with these ids in the place of those that it took. */
  public Past withTaken(Set<Long> ids) {
    return new Past(incarnation, epochs, ids, passed);
  }

  /** Those that have passed a clock, and the one whose past it is. */
  Passed passedWithItself() {
    return passed.with(incarnation, epochs.highestClock());
  }

  /**
   * Whether two that are {@link Relation#APART apart} never had anything in common, not even the
   * first epoch, which so is what tells one cluster from another. Where an operation failed several
   * may have been drawn as the first.
   */
  public boolean isOfAnotherClusterThan(Past other) {
    return epochs.all().stream().noneMatch(epoch -> other.epochs.has(epoch.id()));
  }

  /** How this one is to that one. */
  public Relation to(Past other) {
    boolean more = hasMoreThan(other);
    boolean less = other.hasMoreThan(this);
    if (more) {
      return less ? Relation.APART : Relation.AHEAD;
    }
    return less ? Relation.BEHIND : Relation.EQUAL;
  }

  /**
   * Whether this one has gone through an epoch that the other lacks. One that names the other's
   * incarnation, and that the other has never taken, settled nothing and does not count: nothing
   * becomes settled without all who are named. The same holds for one that the other knows to have
   * been {@link Passed passed} by somebody who is named.
   */
  public boolean hasMoreThan(Past other) {
    return epochs.beyond(other.epochs).stream()
        .anyMatch(epoch -> !other.knowsThatItSettledNothing(epoch));
  }

  /** It is named and never took it, or knows that somebody who is named never did. */
  boolean knowsThatItSettledNothing(Epoch epoch) {
    return !taken.contains(epoch.id())
        && !epochs.has(epoch.id())
        && (epoch.incarnations().contains(incarnation) || passed.isOver(epoch));
  }
}
