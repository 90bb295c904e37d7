package org.rkv.disk;

import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rkv.net.Timers;

/**
 * The log of a replica. What is appended is written and forced in groups: one force for all that
 * has gathered while the one before was under way. Every record has a position, and whatever is
 * told to anybody waits until the log has come to the position of what was told.
 *
 * <p>When the disk is full, what was not forced is void. It is written again, in its order, before
 * anything else, in a new file, when there is room; no position behind it is reached before. So
 * nothing appended is lost, or overtaken, by a disk that is full for a while. After any other error
 * the {@link DiskWorker} ends everything.
 *
 * <p>Belongs to the thread of the replica, which it never keeps from anything else.
 */
public final class Log {
  private static final long RETRY_MILLIS = 1_000;

  /** After a compaction that failed, the next one waits. */
  private static final long COMPACTION_RETRY_MILLIS = 60_000;

  /** What is acknowledged must be there for the next start, so somebody has to look. */
  private static final long LOOK_MILLIS = 1_000;

  private static final int MANY_FILES = 64;

  private final LogFiles files;
  private final DiskWorker worker;
  private final Timers timers;
  private final LogSettings settings;
  private final LogListener listener;
  private final Metas metas;
  private final Waiters counting = new Waiters(-1);
  private final Waiters forcing = new Waiters(-1);

  private final Pending pending;
  private Compaction compaction;
  private boolean isCompactionsTurn;
  private long nextCompactionNanos;
  private long nextLookNanos;
  private Timers.Timer forceTimer;
  private Runnable closing;
  private boolean isBusy;
  private boolean isRollDue = true;
  private boolean isPausing;
  private boolean isForceDue;
  private boolean isReserveDue = true;
  private boolean isReserveLater;
  private boolean hasReserve;
  private boolean isFull;
  private boolean isBehind;

  /**
   * Has written nothing.
   *
   * @param recovered what it goes on from
   * @param random for what must not be guessed
   */
  public Log(
      Volume volume,
      Recovered recovered,
      LogSettings settings,
      DiskWorker worker,
      Timers timers,
      Random random,
      LogListener listener) {
    files = new LogFiles(volume, recovered, settings, random);
    metas = recovered.metas();
    pending = new Pending(recovered.unforced(), timers);
    this.settings = settings;
    this.worker = worker;
    this.timers = timers;
    this.listener = listener;
    nextCompactionNanos = timers.nanoTime();
    nextLookNanos = nextCompactionNanos;
  }

  /**
   * Makes sure of all that was recovered: position 0 is reached then, and before that nothing of it
   * counts.
   */
  public void begin() {
    goOn();
  }

  /**
   * Appends a record, to be written at the next {@link #flush}.
   *
   * @return its position
   * @throws IllegalStateException if more was appended than there is room for: entries must not be
   *     taken while {@link #hasRoom} says no, nor anything else while {@link #hasRoomForOthers}
   *     does
   */
  public long append(LogRecord record) {
    if (pending.bytes() > 2L * settings.bufferBytes()) {
      throw new IllegalStateException("more is appended to the log than it has room for");
    }
    metas.add(record);
    long position = pending.add(record);
    tellWhetherBehind();
    return position;
  }

  /**
   * With a quarter of the room left, for what is under way and comes from others, which do not
   * wait.
   */
  private void tellWhetherBehind() {
    boolean isBehindNow =
        !isFull && heldBytes() >= settings.bufferBytes() - settings.bufferBytes() / 4;
    if (isBehindNow != isBehind) {
      isBehind = isBehindNow;
      listener.isBehind(isBehind);
    }
  }

  /** Gives the disk what was appended. To be called at the end of a round of work. */
  public void flush() {
    goOn();
  }

  /** Whether an entry may be taken: the log has begun, the disk is not full, and not far behind. */
  public boolean hasRoom() {
    return hasReserve && heldBytes() < settings.bufferBytes();
  }

  /** The same for what is no entry: it has half as much room besides, on a full disk as well. */
  public boolean hasRoomForOthers() {
    return heldBytes() < settings.bufferBytes() + settings.bufferBytes() / 2;
  }

  /** Whether the disk is full, so that no entries are taken. */
  public boolean isFull() {
    return isFull;
  }

  /** Bytes that are not known to be forced, nearly: how far the log is behind. */
  public long heldBytes() {
    return pending.bytes();
  }

  /** How long ago the oldest of these came; 0 if there is none. */
  public long ageNanos() {
    return pending.ageNanos();
  }

  /** Bytes of all files that count. */
  public long fileBytes() {
    return files.bytes();
  }

  /** Up to this position all counts; -1 before the log has begun. */
  public long counted() {
    return counting.reached();
  }

  /** Up to this position all is forced; -1 before the log has begun. */
  public long forced() {
    return forcing.reached();
  }

  /**
   * Runs that when all up to the position counts, at once if it does; never if the log ends.
   *
   * @return takes it back; does nothing if it has run
   */
  public Runnable whenCounted(long position, Runnable then) {
    return counting.when(position, then);
  }

  /** The same when all up to the position is forced. */
  public Runnable whenForced(long position, Runnable then) {
    return forcing.when(position, then);
  }

  /**
   * Whether the files hold more than twice what is live, and are worth the work; or are many, as
   * each start leaves one.
   *
   * @param liveBytes as {@link Contents#snapshotBytes}
   */
  public boolean isCompactionDue(long liveBytes) {
    return compaction == null
        && forced() >= 0
        && (files.count() > MANY_FILES
            || fileBytes() > 2 * liveBytes && fileBytes() > settings.compactionBytes())
        && timers.nanoTime() - nextCompactionNanos >= 0;
  }

  /**
   * Begins to write a snapshot, in steps between other work, which then takes the place of all
   * older files. Does nothing if one is under way. Not while a {@link LogRecord.Note} may still
   * come to count: it is not kept.
   */
  public void compact(Contents contents) {
    if (compaction == null) {
      Snapshot snapshot = new Snapshot(files, contents.snapshotBytes());
      compaction = new Compaction(contents, metas, snapshot);
      goOn();
    }
  }

  /** What is being compacted is no longer what the replica holds. Leaves nothing behind. */
  public void cancelCompaction() {
    if (compaction != null) {
      Compaction cancelled = compaction;
      compaction = null;
      discard(cancelled);
    }
  }

  /** Forces all that was appended, and runs that then. Nothing is appended after this. */
  public void close(Runnable then) {
    cancelCompaction();
    closing = then;
    isForceDue = true;
    goOn();
  }

  private void goOn() {
    if (isBusy) {
      return;
    }
    boolean isWriteDue = pending.isWaiting() || isForceDue && pending.isUnforced();
    if (isRollDue) {
      roll();
    } else if (isWriteDue && !(isCompactionsTurn && compaction != null)) {
      write();
    } else if (compaction != null) {
      compactOn();
    } else if (closing != null) {
      close();
    } else if (isReserveDue) {
      makeReserve();
    }
  }

  /** Begins a new file, with what would be void without it. */
  private void roll() {
    if (isPausing) {
      return;
    }
    boolean needsReserve = isFull;
    List<LogRecord> again = pending.unforced();
    run(
        () -> {
          if (needsReserve) {
            files.giveUpReserve();
          }
          files.roll(again);
        },
        this::hasRolled,
        this::cannotRoll);
  }

  private void hasRolled() {
    isRollDue = false;
    hasForced();
  }

  private void cannotRoll(String reason) {
    boolean tryAtOnce = !isFull;
    becomeFull(reason);
    if (!tryAtOnce) {
      isPausing = true;
      timers.schedule(RETRY_MILLIS, this::endPause);
    }
  }

  private void endPause() {
    isPausing = false;
    goOn();
  }

  private void write() {
    List<LogRecord> batch = pending.give();
    boolean isForced =
        settings.syncMillis() == 0
            || isForceDue
            || pending.unforcedBytes() > settings.bufferBytes() / 2
            || !batch.stream().allMatch(Log::mayBeRelaxed);
    boolean looks = isLookDue();
    run(
        () -> {
          if (looks) {
            files.checkPresence();
          }
          files.append(batch, isForced);
        },
        () -> {
          if (isForced) {
            hasForced();
          } else {
            counting.reach(pending.given());
            forceLater();
          }
        },
        this::isVoid);
    isCompactionsTurn = true;
  }

  private boolean isLookDue() {
    boolean isDue = timers.nanoTime() - nextLookNanos >= 0;
    if (isDue) {
      nextLookNanos = timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    }
    return isDue;
  }

  /**
   * No tombstone: once all replicas count it, each may forget it, and a value that it deleted must
   * not come back from the disk of one that had only written it.
   */
  private static boolean mayBeRelaxed(LogRecord record) {
    return record instanceof LogRecord.Stored stored && !stored.entry().isTombstone();
  }

  /** All that was given to the disk outlives a power cut. */
  private void hasForced() {
    pending.hasForced();
    isForceDue = closing != null;
    if (forceTimer != null) {
      forceTimer.cancel();
      forceTimer = null;
    }
    forcing.reach(pending.given());
    counting.reach(pending.given());
  }

  private void forceLater() {
    if (forceTimer == null) {
      forceTimer =
          timers.schedule(
              settings.syncMillis(),
              () -> {
                isForceDue = true;
                goOn();
              });
    }
  }

  private void isVoid(String reason) {
    isRollDue = true;
    becomeFull(reason);
  }

  private void becomeFull(String reason) {
    hasReserve = false;
    if (!isFull) {
      isFull = true;
      listener.isFull(reason);
    }
    makeReserveLater();
  }

  private void makeReserveLater() {
    if (!isReserveLater) {
      isReserveLater = true;
      timers.schedule(RETRY_MILLIS, this::makeReserveNow);
    }
  }

  private void makeReserveNow() {
    isReserveLater = false;
    isReserveDue = true;
    goOn();
  }

  private void makeReserve() {
    isReserveDue = false;
    run(
        files::makeReserve,
        () -> {
          hasReserve = true;
          if (isFull) {
            isFull = false;
            listener.hasRoomAgain();
          }
        },
        this::becomeFull);
  }

  private void compactOn() {
    isCompactionsTurn = false;
    Compaction present = compaction;
    if (!present.isBegun()) {
      beginCompaction(present);
      return;
    }
    Callable<Boolean> step = present.next();
    long bytesBefore = files.bytes();
    run(
        () -> {
          if (step.call()) {
            present.replace();
          }
        },
        () -> {
          if (compaction == present && present.isDone()) {
            compaction = null;
            listener.isCompacted(bytesBefore, files.bytes());
          }
        },
        reason -> breakOffCompaction(present, reason));
  }

  /** A log that is begun for nothing stays: not before there is room. */
  private void beginCompaction(Compaction begun) {
    run(
        begun::checkRoom,
        () -> {
          if (compaction == begun) {
            begun.begin();
            isRollDue = true;
          }
        },
        reason -> breakOffCompaction(begun, reason));
  }

  private void breakOffCompaction(Compaction brokenOff, String reason) {
    if (compaction != brokenOff) {
      return;
    }
    nextCompactionNanos =
        timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COMPACTION_RETRY_MILLIS);
    cancelCompaction();
    listener.isNotCompacted(reason);
  }

  private void discard(Compaction cancelled) {
    worker.run(
        () -> {
          cancelled.discard();
          return null;
        },
        nothing -> {});
  }

  private void close() {
    Runnable then = closing;
    isBusy = true;
    worker.run(
        () -> {
          files.close();
          return null;
        },
        nothing -> then.run());
  }

  /** What waits for the disk. */
  private interface DiskWork {
    void run() throws Exception;
  }

  /** One at a time. */
  private void run(DiskWork work, Runnable done, Consumer<String> full) {
    isBusy = true;
    worker.run(
        () -> {
          try {
            work.run();
            return "";
          } catch (DiskFullException e) {
            return e.getMessage();
          }
        },
        failure -> {
          isBusy = false;
          if (failure.isEmpty()) {
            done.run();
          } else {
            full.accept(failure);
          }
          tellWhetherBehind();
          goOn();
        });
  }
}
