package org.rkv.replica.data;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rkv.disk.LogRecord;
import org.rkv.disk.Recovery;
import org.rkv.disk.RefusedException;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Passed;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.Opening;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/** Makes of the records of a data directory what the replica held. Not thread-safe. */
final class Loaded implements Recovery.Visitor {
  private final Store store;
  private final HybridClock clock;
  private final Map<Byte, LogRecord.Meta> metas = new HashMap<>();

  /** What does not count any more if the list of it is found to be whole. */
  private final Map<String, Stamp> removed = new HashMap<>();

  /** What is older than it, and counts then in its place. */
  private final Map<String, Entry> instead = new HashMap<>();

  private long lastNumber;

  /** Of all that came, be it there still or not. */
  private int longestReadBytes;

  /**
   * Nothing has been read.
   *
   * @param store holds nothing yet
   * @param clock of that store
   */
  Loaded(Store store, HybridClock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void accept(LogRecord read) throws RefusedException {
    try {
      take(read);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw notUnderstood(e);
    }
  }

  /** It was written whole, so it is of another release, or of a fault. */
  private static RefusedException notUnderstood(Exception e) {
    return new RefusedException("a record in it is not understood: " + e.getMessage());
  }

  private void take(LogRecord read) {
    if (read instanceof LogRecord.Stored stored) {
      Entry entry = stored.entry();
      clock.takeOver(entry.clock());
      longestReadBytes = Math.max(longestReadBytes, longestBytes(entry));
      store.apply(entry.key(), entry.value(), entry.stamp());
      setAgainst(entry);
    } else if (read instanceof LogRecord.Meta meta) {
      lastNumber = Math.max(lastNumber, meta.number());
      metas.merge(meta.kind(), meta, (held, next) -> next.number() >= held.number() ? next : held);
    } else if (read instanceof LogRecord.Note note) {
      accept(note);
    }
  }

  /** A char a byte. */
  private static int longestBytes(Entry entry) {
    return Math.max(entry.key().length(), entry.isTombstone() ? 0 : entry.value().length());
  }

  /** How long the longest key or value is, once all has been read. */
  int longestBytes() {
    if (!store.limits().tooLarge(longestReadBytes)) {
      return longestReadBytes;
    }
    int[] longest = {0};
    store.forEach(entry -> longest[0] = Math.max(longest[0], longestBytes(entry)));
    return longest[0];
  }

  private void setAgainst(Entry entry) {
    Stamp stamp = removed.get(entry.key());
    if (stamp == null) {
      return;
    }
    if (entry.stamp().compareTo(stamp) >= 0) {
      removed.remove(entry.key());
      instead.remove(entry.key());
      return;
    }
    instead.merge(
        entry.key(), entry, (held, next) -> next.stamp().compareTo(held.stamp()) > 0 ? next : held);
  }

  private void accept(LogRecord.Note note) {
    switch (note.kind()) {
      case Kinds.REMOVING -> {
        removed.clear();
        instead.clear();
      }
      case Kinds.REMOVED -> {
        Removal removal = Removal.decode(note.payload());
        removed.put(removal.key(), removal.stamp());
      }
      case Kinds.REMOVAL_COUNTS -> {
        removed.forEach(store::giveUp);
        instead.values().forEach(each -> store.apply(each.key(), each.value(), each.stamp()));
        removed.clear();
        instead.clear();
      }
      default -> throw new IllegalArgumentException("a note of kind " + note.kind());
    }
  }

  /** The highest number of a record that there is. */
  long lastNumber() {
    return lastNumber;
  }

  /**
   * What was held, when all has been read.
   *
   * @throws RefusedException if its history is not understood
   */
  FormerCopy copy(long incarnation) throws RefusedException {
    try {
      store.putInOrder();
      return new FormerCopy(store, past(incarnation));
    } catch (IllegalArgumentException | IOException e) {
      throw notUnderstood(e);
    }
  }

  /**
   * Which openings of other directories had counted.
   *
   * @throws RefusedException if that is not understood
   */
  List<Opening> openings() throws RefusedException {
    LogRecord.Meta openings = metas.get(Kinds.OPENINGS);
    try {
      return openings == null ? List.of() : OpeningsRecord.openings(openings.payload());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw notUnderstood(e);
    }
  }

  private Past past(long incarnation) throws IOException {
    LogRecord.Meta mark = metas.get(Kinds.CLOCK);
    if (mark != null) {
      clock.takeOverAgreed(Long.parseLong(mark.payload()));
    }
    LogRecord.Meta ids = metas.get(Kinds.TAKEN);
    Set<Long> taken = ids == null ? Set.of() : HistoryRecord.ids(ids.payload());
    LogRecord.Meta history = metas.get(Kinds.HISTORY);
    return history == null
        ? new Past(incarnation, Epochs.NONE, taken, Passed.NONE)
        : HistoryRecord.past(incarnation, history.payload(), taken);
  }
}
