package org.rkv.replica.data;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rkv.disk.DiskWorker;
import org.rkv.disk.FileVolume;
import org.rkv.disk.Log;
import org.rkv.disk.LogListener;
import org.rkv.disk.LogSettings;
import org.rkv.disk.Recovered;
import org.rkv.disk.Recovery;
import org.rkv.disk.RefusedException;
import org.rkv.disk.Volume;
import org.rkv.net.Timers;
import org.rkv.replica.core.Durability;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.peer.Opening;
import org.rkv.replica.peer.Openings;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Sections;
import org.rkv.store.Store;
import org.slf4j.Logger;

/**
 * The data directory of a replica: what is found there at the start of the process, and what is
 * kept there from then on. Belongs to the replica's thread once it has {@link #begin begun}.
 */
public final class DataDirectory {
  private final Volume volume;
  private final Logger log;
  private final long incarnation;
  private final long lastNumber;

  /** The latest of other directories that had counted. */
  private final List<Opening> remembered;

  private final LogSettings settings;

  /** What was found; null once it has been taken, since it can be as large as all that is held. */
  private Recovered recovered;

  /** Null as well if the directory is new. */
  private FormerCopy copy;

  private Log records;
  private Openings openings;
  private Consumer<Boolean> behind = isBehind -> {};

  /**
   * Reads all that counts, which takes a second or two for a million entries.
   *
   * @param name of the replica, for people who look into the directory
   * @param incarnation of a new directory
   * @param keyHash of the process
   * @param sections in which the replica compares what it holds with others
   * @throws UnreadableException if it is damaged, of another format, or not to be understood
   * @throws IOException with one clear line if the disk does not give it at the moment, or these
   *     limits are too low for it
   */
  public DataDirectory(
      Volume volume,
      String name,
      long incarnation,
      Limits limits,
      KeyHash keyHash,
      Sections sections,
      LogSettings settings,
      Logger log)
      throws IOException {
    this.volume = volume;
    this.settings = settings;
    this.log = log;
    HybridClock clock = new HybridClock(() -> 0, () -> 0, () -> HybridClock.NO_LIMIT, 0);
    Loaded loaded = new Loaded(new Store(limits, clock, keyHash, sections).withoutOrder(), clock);
    try {
      recovered = Recovery.read(volume, name, incarnation, loaded);
      copy = recovered.isNew() ? null : loaded.copy(recovered.incarnation());
      remembered = loaded.openings();
    } catch (RefusedException e) {
      throw new UnreadableException(volume.place(), e);
    } catch (IOException e) {
      throw new IOException("the data directory " + volume.place() + " cannot be read: " + e, e);
    }
    int longest = loaded.longestBytes();
    if (limits.tooLarge(longest)) {
      throw new IOException(
          String.format(
              "the data directory %s holds a key or value of %d bytes, too large for --max-length"
                  + " %d: start with %d or more, or move what is stored through a dump",
              volume.place(), longest, limits.maxLength(), longest + 2));
    }
    this.incarnation = recovered.incarnation();
    lastNumber = loaded.lastNumber();
  }

  /**
   * Reads one that this process has taken, and keeps it. The volume stays open if that fails.
   *
   * @throws UnreadableException if it is damaged, of another format, or not to be understood
   * @throws IOException with one clear line if the disk does not give it, at the moment
   */
  public static DataDirectory read(
      FileVolume volume,
      String name,
      long incarnation,
      Limits limits,
      KeyHash keyHash,
      Sections sections,
      LogSettings settings,
      Logger log)
      throws IOException {
    long beganNanos = System.nanoTime();
    DataDirectory opened =
        new DataDirectory(volume, name, incarnation, limits, keyHash, sections, settings, log);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
    opened.tell(volume.isMade(), name, millis);
    return opened;
  }

  private void tell(boolean isMade, String name, long millis) {
    String directory = volume.place();
    if (isMade) {
      log.warn("the data directory {} was not there: it is made, and empty", directory);
    } else if (copy == null) {
      log.warn("the data directory {} is empty", directory);
    } else {
      int entries = copy.store().liveEntries();
      log.info("read {} entries of the data directory {} in {} ms", entries, directory, millis);
      if (!recovered.formerName().equals(name)) {
        log.warn(
            "the data directory was written by replica {}, not {}", recovered.formerName(), name);
      }
      if (!recovered.remark().isEmpty()) {
        log.warn("the data directory: {}", recovered.remark());
      }
    }
  }

  /** What the replica holds, as one identity: as long as there is this directory. */
  public long incarnation() {
    return incarnation;
  }

  /** When this process has opened it, and others theirs; once it has {@link #begin begun}. */
  public Openings openings() {
    return openings;
  }

  /** What was found, once; null if the directory is new. */
  public FormerCopy takeCopy() {
    FormerCopy taken = copy;
    copy = null;
    return taken;
  }

  /** Who is told, once it has begun, that the disk is far behind, and that it is no more. */
  public void whenBehind(Consumer<Boolean> told) {
    behind = told;
  }

  /**
   * Makes sure of what was found, and keeps what comes from now on.
   *
   * @param worker for what waits for the disk
   * @param random for what must not be guessed
   * @param then runs when what was found is safe
   */
  public Durability begin(DiskWorker worker, Timers timers, Random random, Runnable then) {
    records = new Log(volume, recovered, settings, worker, timers, random, new LogEvents());
    openings = new Openings(recovered.generation(), random.nextLong(), remembered);
    KeptOnDisk kept = new KeptOnDisk(records, timers, recovered, lastNumber, volume.place());
    openings.onChange(() -> kept.openingsChanged(openings.latest()));
    recovered = null;
    records.begin();
    records.whenForced(0, then);
    return kept;
  }

  /** Forces all that has come, and runs that then. */
  public void close(Runnable then) {
    records.close(then);
  }

  private final class LogEvents implements LogListener {
    @Override
    public void isFull(String reason) {
      log.error("the disk is full: writes are refused until there is room: {}", reason);
    }

    @Override
    public void hasRoomAgain() {
      log.info("the disk has room again");
    }

    @Override
    public void isBehind(boolean isBehind) {
      behind.accept(isBehind);
    }

    @Override
    public void isCompacted(long bytesBefore, long bytesNow) {
      log.info("compacted the data directory: {} MiB of {} MiB", bytesNow >> 20, bytesBefore >> 20);
    }

    @Override
    public void isNotCompacted(String reason) {
      log.warn("could not compact the data directory: {}", reason);
    }
  }
}
