package org.rkv.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rkv.net.HandMovedTimers;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/** One life of a process with a log on a simulated disk: what it read, and what it holds. */
final class DiskLife implements LogListener, Contents {
  static final LogSettings SMALL = new LogSettings(0, 16 << 10, 64 << 10, 4 << 10);
  static final int SEGMENTS = 4;

  final SimulatedWorker worker = new SimulatedWorker();
  final HandMovedTimers timers = new HandMovedTimers();
  final Map<String, Entry> store = new TreeMap<>();
  final Map<String, LogRecord.Meta> metas = new TreeMap<>();
  final List<LogRecord> read = new ArrayList<>();
  final List<String> lines = new ArrayList<>();
  final Recovered recovered;
  final Log log;

  /** Reads what is there, and has not begun. */
  DiskLife(Volume volume, LogSettings settings, Random random, Mutant mutant) throws IOException {
    recovered = mutant.recovered(volume, Recovery.read(mutant.seen(volume), "r1", 7, this::take));
    log =
        new Log(
            mutant.seen(volume), recovered, settings, mutant.worker(worker), timers, random, this);
  }

  /** Reads what is there, and has begun. */
  static DiskLife begun(Volume volume) throws IOException {
    return begun(volume, SMALL);
  }

  static DiskLife begun(Volume volume, LogSettings settings) throws IOException {
    DiskLife life = new DiskLife(volume, settings, new Random(1), new Mutant());
    life.log.begin();
    life.worker.finish();
    return life;
  }

  /** A fault put in from outside; as it stands, none. */
  static class Mutant {
    Volume seen(Volume volume) {
      return volume;
    }

    DiskWorker worker(DiskWorker worker) {
      return worker;
    }

    /** What the log goes on from. */
    Recovered recovered(Volume volume, Recovered recovered) throws IOException {
      return recovered;
    }

    /** What the life takes in besides what counts. */
    void readMore(Volume volume, DiskLife life) throws IOException {}
  }

  void take(LogRecord record) {
    read.add(record);
    if (record instanceof LogRecord.Stored stored) {
      hold(stored.entry());
    } else if (record instanceof LogRecord.Meta meta) {
      metas.merge(meta.key(), meta, (a, b) -> a.number() > b.number() ? a : b);
    }
  }

  private void hold(Entry entry) {
    store.merge(entry.key(), entry, (a, b) -> a.stamp().compareTo(b.stamp()) >= 0 ? a : b);
  }

  static Entry entry(String key, String value, long clock) {
    return new Entry(key, value, new Stamp(clock, 1), false);
  }

  /** Takes an entry and appends it. */
  long put(Entry entry) {
    hold(entry);
    return log.append(new LogRecord.Stored(entry));
  }

  long put(LogRecord.Meta meta) {
    metas.put(meta.key(), meta);
    return log.append(meta);
  }

  /** Takes an entry, and has it on the disk. */
  DiskLife putForced(String key, String value, long clock) {
    long position = put(entry(key, value, clock));
    log.flush();
    worker.finish();
    if (log.forced() < position) {
      throw new IllegalStateException("not forced: " + worker.failure());
    }
    return this;
  }

  /** Takes an entry, and has it written. */
  DiskLife putWritten(String key, String value, long clock) {
    put(entry(key, value, clock));
    log.flush();
    worker.finish();
    return this;
  }

  /** Says that all is there, and has that on the disk. */
  DiskLife completed() {
    log.append(new LogRecord.Standing(Completeness.COMPLETE));
    log.flush();
    worker.finish();
    return this;
  }

  String value(String key) {
    Entry entry = store.get(key);
    return entry == null ? null : entry.value();
  }

  @Override
  public void isFull(String reason) {
    lines.add("full: " + reason);
  }

  @Override
  public void hasRoomAgain() {
    lines.add("room again");
  }

  @Override
  public void isBehind(boolean isBehind) {
    lines.add(isBehind ? "behind" : "caught up");
  }

  @Override
  public void isCompacted(long bytesBefore, long bytesNow) {
    lines.add("compacted");
  }

  @Override
  public void isNotCompacted(String reason) {
    lines.add("not compacted: " + reason);
  }

  /** Of a store that says so, no snapshot is refused for want of room before it is begun. */
  Contents claimingToBeSmall() {
    DiskLife all = this;
    return new Contents() {
      @Override
      public long snapshotBytes() {
        return 0;
      }

      @Override
      public int segments() {
        return all.segments();
      }

      @Override
      public Stream<Entry> segment(int index, String after) {
        return all.segment(index, after);
      }
    };
  }

  @Override
  public long snapshotBytes() {
    return store.values().stream().mapToLong(entry -> 40 + entry.textBytes()).sum();
  }

  @Override
  public int segments() {
    return SEGMENTS;
  }

  @Override
  public Stream<Entry> segment(int index, String after) {
    return List.copyOf(store.values()).stream()
        .filter(entry -> Math.floorMod(entry.key().hashCode(), SEGMENTS) == index)
        .filter(entry -> after == null || entry.key().compareTo(after) > 0);
  }
}
