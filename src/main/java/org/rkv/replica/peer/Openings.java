package org.rkv.replica.peer;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When data directories were opened: our own one by this process, and those of the others the last
 * time that counted, which is while somebody served. An incarnation stays through restarts with its
 * directory, so only by this it is known which of two processes with copies of one directory has
 * gone on with the others: the one before may be frozen, and holds what is old when it thaws. It
 * belongs to the process, and is kept in its directory: all others may have been restarted since.
 * Belongs to the replica's thread.
 */
public final class Openings {
  /** So many are remembered, the last that came to count: a list has at most 64 entries. */
  static final int MAX_OPENINGS = 64;

  private final long generation;
  private final long id;
  private final Map<Long, Opening> latest = new LinkedHashMap<>();
  private Runnable listener = () -> {};

  /**
   * Our own directory was opened.
   *
   * @param latest of the other directories, so far as is known
   */
  public Openings(long generation, long id, Collection<Opening> latest) {
    this.generation = generation;
    this.id = id;
    latest.forEach(each -> this.latest.put(each.incarnation(), each));
  }

  /** All is in memory, and no other process ever has our incarnation. */
  public static Openings inMemory() {
    return new Openings(0, 0, List.of());
  }

  /** From now on that runs after each change of what is to be remembered. */
  public void onChange(Runnable newListener) {
    listener = newListener;
  }

  /** Our own, in this incarnation. */
  public Opening own(long incarnation) {
    return new Opening(incarnation, generation, id);
  }

  /** The latest of each directory that has counted, here or for others. */
  public Collection<Opening> latest() {
    return List.copyOf(latest.values());
  }

  /**
   * Whether another process has opened the same directory, or a copy of it, no earlier, and has
   * counted: what this one holds is old.
   */
  boolean hasLaterThan(Opening opening) {
    Opening known = latest.get(opening.incarnation());
    return known != null && known.isNotBefore(opening);
  }

  /**
   * What it answers counts from now on; nothing happens if that is known, or of a later one.
   *
   * @return whether an earlier one was known, which may be frozen
   */
  public boolean remember(Opening opening) {
    if (opening.generation() <= 0
        || opening.equals(latest.get(opening.incarnation()))
        || hasLaterThan(opening)) {
      return false;
    }
    boolean isAnother = latest.remove(opening.incarnation()) != null;
    latest.put(opening.incarnation(), opening);
    if (latest.size() > MAX_OPENINGS) {
      latest.remove(latest.keySet().iterator().next());
    }
    listener.run();
    return isAnother;
  }
}
