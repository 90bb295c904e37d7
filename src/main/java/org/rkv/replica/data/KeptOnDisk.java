package org.rkv.replica.data;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.rkv.disk.Completeness;
import org.rkv.disk.Contents;
import org.rkv.disk.Log;
import org.rkv.disk.LogRecord;
import org.rkv.disk.Recovered;
import org.rkv.net.Timers;
import org.rkv.replica.core.Durability;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.Opening;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Store;

/**
 * Keeps in a {@link Log} what a replica holds, and knows what of it is safe. It outlives the
 * incarnations of the process. Belongs to the replica's thread.
 *
 * <p>What comes while the replica catches up counts at once, together with what is there: it was
 * answered for, or was true somewhere when it was copied, and the greatest stamp wins. What is
 * there and the source no longer has stops to count with the record that says that all is complete.
 */
final class KeptOnDisk implements Durability {
  /** How soon it is looked again whether there is room. */
  private static final long ROOM_MILLIS = 5;

  /** Of a record beside its text, nearly, in a snapshot. */
  private static final int RECORD_BYTES = 48;

  /** So much may be taken over on a full disk, of the room that was in reserve. */
  private static final long MAX_CAUGHT_UP_WHEN_FULL_BYTES = 4 << 20;

  private final Log log;
  private final Timers timers;

  /** The keys whose entry is not known to be safe, and where it is; the oldest first. */
  private final Map<String, Long> positions = new LinkedHashMap<>();

  private final String place;
  private final boolean wasEmpty;
  private Completeness completeness;

  /** What it is known to be on the disk. */
  private Completeness safeCompleteness;

  private long lastNumber;
  private long lastPosition;
  private long caughtUpWhenFullBytes;
  private long historyPosition;
  private boolean isFlushDue;
  private Store store;
  private EpochHistory history;
  private Past safePast = Past.NONE;
  private boolean isServed;

  /** How many incarnations have begun: nothing is done any more for one that is over. */
  private int begun;

  private final Contents contents = new StoreContents();
  private Set<Long> takenWritten = Set.of();
  private String historyWritten = "";

  /**
   * Keeps what comes from now on.
   *
   * @param found in the directory
   * @param lastNumber of the records that were found
   * @param place of the directory, for people
   */
  KeptOnDisk(Log log, Timers timers, Recovered found, long lastNumber, String place) {
    this.log = log;
    this.timers = timers;
    this.lastNumber = lastNumber;
    this.place = place;
    completeness = found.completeness();
    safeCompleteness = completeness;
    wasEmpty = found.isNew();
  }

  @Override
  public void begins(Store newStore, EpochHistory newHistory) {
    log.cancelCompaction();
    begun++;
    isServed = false;
    store = newStore;
    history = newHistory;
    safePast = history.past();
    history.onChange(this::historyChanged);
    store.onStored(this::stored);
  }

  private void stored(Entry entry) {
    forgetSafe();
    if (log.isFull()) {
      caughtUpWhenFullBytes += RECORD_BYTES + entry.textBytes();
    }
    long position = append(new LogRecord.Stored(entry));
    positions.remove(entry.key()); // or it would keep the place of the one before it
    positions.put(entry.key(), position);
  }

  private long append(LogRecord appended) {
    lastPosition = log.append(appended);
    if (!isFlushDue) {
      isFlushDue = true;
      timers.schedule(0, this::flush); // with all that comes in this round
    }
    return lastPosition;
  }

  private void flush() {
    isFlushDue = false;
    compactIfDue();
    log.flush();
    forgetSafe();
  }

  private void forgetSafe() {
    Iterator<Long> oldestFirst = positions.values().iterator();
    while (oldestFirst.hasNext() && oldestFirst.next() <= log.counted()) {
      oldestFirst.remove();
    }
  }

  /** While it catches up, what it has gone through is what it kept: only what it took is new. */
  private void historyChanged() {
    Past past = history.past();
    if (!past.taken().equals(takenWritten)) {
      takenWritten = past.taken();
      historyPosition =
          append(new LogRecord.Meta(Kinds.TAKEN, "", ++lastNumber, HistoryRecord.of(takenWritten)));
    }
    if (isServed) {
      writeHistory(past);
    }
    boolean hasAll = isServed;
    whenForced(historyPosition, () -> safePast = hasAll ? past : safePast.withTaken(past.taken()));
  }

  /** Nothing that another process has a part in is answered before it is safe who that is. */
  void openingsChanged(Collection<Opening> latest) {
    historyPosition =
        append(new LogRecord.Meta(Kinds.OPENINGS, "", ++lastNumber, OpeningsRecord.of(latest)));
  }

  private void whenForced(long position, Runnable then) {
    int current = begun;
    log.whenForced(
        position,
        () -> {
          if (begun == current) {
            then.run();
          }
        });
  }

  private void writeHistory(Past past) {
    String payload = HistoryRecord.of(past);
    if (!payload.equals(historyWritten)) {
      historyWritten = payload;
      historyPosition = append(new LogRecord.Meta(Kinds.HISTORY, "", ++lastNumber, payload));
    }
  }

  @Override
  public boolean hasRoom() {
    return log.hasRoom();
  }

  @Override
  public boolean isFull() {
    return log.isFull();
  }

  @Override
  public Runnable whenRoomForAPage(Runnable then) {
    RoomWait wait = new RoomWait(then);
    wait.look();
    return wait::stop;
  }

  /** Looks again and again whether there is room. */
  private final class RoomWait {
    private final Runnable then;
    private Timers.Timer next;

    RoomWait(Runnable then) {
      this.then = then;
    }

    void look() {
      if (hasRoomForAPage()) {
        then.run();
      } else {
        next = timers.schedule(ROOM_MILLIS, this::look);
      }
    }

    void stop() {
      if (next != null) {
        next.cancel();
      }
    }
  }

  /** A full disk takes the little that was missed: or this replica could answer no reads. */
  private boolean hasRoomForAPage() {
    if (!log.isFull()) {
      caughtUpWhenFullBytes = 0;
      return log.hasRoom();
    }
    return caughtUpWhenFullBytes < MAX_CAUGHT_UP_WHEN_FULL_BYTES && log.hasRoomForOthers();
  }

  @Override
  public boolean isSafe(long position) {
    return position <= log.counted();
  }

  @Override
  public Runnable whenSafe(long position, Runnable then) {
    return log.whenCounted(position, then);
  }

  @Override
  public long positionOf(String key) {
    return Math.max(historyPosition, positions.getOrDefault(key, 0L));
  }

  @Override
  public long lastPosition() {
    return lastPosition;
  }

  @Override
  public Past past(EpochHistory any) {
    return safePast;
  }

  @Override
  public Epochs epochs(EpochHistory any) {
    return safePast.epochs();
  }

  @Override
  public int standing() {
    return switch (safeCompleteness) {
      case NEW -> kv.STANDING_NEW;
      case CATCHING_UP -> kv.STANDING_CATCHING_UP;
      case DOUBTFUL -> kv.STANDING_DOUBTFUL;
      case COMPLETE -> kv.STANDING_COMPLETE;
    };
  }

  @Override
  public DataStatus status() {
    DataStatus status = new DataStatus();
    status.directory = place;
    status.standing = standing();
    status.was_empty = wasEmpty;
    status.full = log.isFull();
    status.file_bytes = log.fileBytes();
    status.unforced_bytes = log.heldBytes();
    status.unforced_millis = TimeUnit.NANOSECONDS.toMillis(log.ageNanos());
    return status;
  }

  @Override
  public void catchesUp() {
    if (completeness == Completeness.COMPLETE || completeness == Completeness.DOUBTFUL) {
      stand(Completeness.CATCHING_UP);
    }
  }

  private void stand(Completeness now) {
    completeness = now;
    log.whenForced(append(new LogRecord.Standing(now)), () -> safeCompleteness = now);
  }

  @Override
  public void complete(Store former, Runnable removed, Runnable then) {
    store.forgetFormer(); // what comes from now on is no more where it stops to count
    append(new LogRecord.Note(Kinds.REMOVING, ""));
    remove(former, 0, begun, removed, then);
  }

  /**
   * What is left of the former copy does not count any more from the end on, but what is older and
   * was taken over: when it is read, it takes the place of what is removed.
   */
  private void remove(
      Store former, int firstSegment, int current, Runnable removed, Runnable then) {
    if (begun != current) {
      return;
    }
    for (int i = firstSegment; former != null && i < former.segments(); i++) {
      if (!log.hasRoomForOthers()) {
        int next = i;
        log.whenCounted(lastPosition, () -> remove(former, next, current, removed, then));
        return;
      }
      for (Entry left : former.segment(i, null).toList()) {
        Entry held = store.find(left.key());
        if (held != null && held.stamp().compareTo(left.stamp()) >= 0) {
          continue; // it has come since, and was answered for
        }
        append(new LogRecord.Note(Kinds.REMOVED, Removal.encode(left)));
        if (held != null) {
          stored(held);
        }
      }
    }
    append(new LogRecord.Note(Kinds.REMOVAL_COUNTS, ""));
    removed.run();
    endCatchUp(then);
  }

  /**
   * In this order: cut off after any of these, it is a copy that has not caught up, with no more
   * epochs than it has gone through.
   */
  private void endCatchUp(Runnable then) {
    isServed = true;
    Past past = history.past();
    writeHistory(past);
    writeClock();
    stand(Completeness.COMPLETE);
    whenForced(
        lastPosition,
        () -> {
          safePast = past;
          then.run();
        });
  }

  private void writeClock() {
    String clock = Long.toString(store.agreedClock());
    append(new LogRecord.Meta(Kinds.CLOCK, "", ++lastNumber, clock));
  }

  private void compactIfDue() {
    if (isServed && log.isCompactionDue(contents.snapshotBytes())) {
      writeClock(); // forgotten tombstones had it, and are in no snapshot
      log.compact(contents);
    }
  }

  private final class StoreContents implements Contents {
    @Override
    public long snapshotBytes() {
      return store.textBytes() + (long) RECORD_BYTES * (store.liveEntries() + store.tombstones());
    }

    @Override
    public int segments() {
      return store.segments();
    }

    @Override
    public Stream<Entry> segment(int index, String after) {
      return store.segment(index, after);
    }
  }
}
