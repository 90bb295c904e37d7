package org.rkv.replica.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.disk.FileVolume;
import org.rkv.disk.LogSettings;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.LogLines;
import org.rkv.replica.core.Durability;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.rpc.kv;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Sections;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * What a release has written, later ones read. The files of each are kept: a snapshot, a log that
 * ended and one that was written last, with all kinds of records. Those of a new format are made by
 * {@link #write}; the ones that are there stay as they are.
 */
class DataFormatTest {
  private static final List<String> RELEASES = List.of("release-1.1.0");
  private static final int COMPACTED_FROM_BYTES = 20_000;
  private static final LogSettings SETTINGS = new LogSettings(0, 8 << 20, 0, COMPACTED_FROM_BYTES);
  private static final long INCARNATION = 0x7243_6355_1d4a_9e01L;
  private static final long OTHER = -5;
  private static final long DEAD = 12;
  private static final String ALL_BYTES =
      IntStream.range(0, 256).mapToObj(i -> String.valueOf((char) i)).collect(Collectors.joining());

  private final HandMovedTimers timers = new HandMovedTimers();
  private final HandMovedDisk disk = new HandMovedDisk(timers);

  @Test
  void shouldReadWhatEachReleaseHasWritten(@TempDir Path directory) throws Exception {
    for (String release : RELEASES) {
      Path copy = Files.createDirectory(directory.resolve(release));
      Path kept = Path.of(DataFormatTest.class.getResource(release).toURI());
      try (Stream<Path> files = Files.list(kept)) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
      assertWhole(copy);
    }
  }

  @Test
  void shouldReadWhatItHasWrittenItself(@TempDir Path directory) throws Exception {
    write(directory);
    Set<String> kinds = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> kinds.add(file.getFileName().toString().replaceAll("^[0-9a-f]+", "")));
    }
    assertEquals(Set.of(".log", ".snapshot", "lock", "manifest"), kinds);
    assertWhole(directory);
  }

  private void assertWhole(Path directory) throws IOException {
    try (FileVolume volume = FileVolume.open(directory)) {
      DataDirectory read = open(volume);
      FormerCopy copy = read.takeCopy();
      Store store = copy.store();

      assertEquals(INCARNATION, read.incarnation());
      assertEquals(ALL_BYTES, store.find(ALL_BYTES).value());
      assertEquals(new Stamp(Long.MAX_VALUE >> 16, OTHER), store.find(ALL_BYTES).stamp());
      assertEquals("", store.find("empty").value());
      assertEquals("w99", store.find("often").value());
      assertTrue(store.find("deleted").isTombstone());
      assertEquals("source's", store.find("mine").value());
      assertNull(store.find("removed"));
      assertEquals("last", store.find("last").value());
      assertEquals(6, store.liveEntries() + store.tombstones());
      EpochHistory history = new EpochHistory(INCARNATION);
      goThrough(history);
      assertEquals(history.past().epochs().hash(), copy.past().epochs().hash());
      assertEquals(history.past().taken(), copy.past().taken());
      assertEquals(history.past().passed().clocks(), copy.past().passed().clocks());
      Durability kept = read.begin(disk, timers, new Random(1), () -> {});
      disk.finish();
      assertEquals(kv.STANDING_COMPLETE, kept.standing());
    }
  }

  /** All that one can be, in a directory that is there and empty. */
  private void write(Path directory) throws IOException {
    try (FileVolume volume = FileVolume.open(directory)) {
      DataDirectory first = open(volume);
      Durability kept = first.begin(disk, timers, new Random(2), () -> {});
      Store store = store();
      kept.begins(store, new EpochHistory(INCARNATION));
      store.apply("removed", "old", new Stamp(1, OTHER));
      store.apply("mine", "mine", new Stamp(9, INCARNATION));
      kept.complete(null, () -> {}, () -> {});
      disk.finish();
      first.close(() -> {});
      disk.finish();
    }
    try (FileVolume volume = FileVolume.open(directory)) {
      DataDirectory second = open(volume);
      Durability kept = second.begin(disk, timers, new Random(3), () -> {});
      Store former = second.takeCopy().store();
      Store store = store();
      store.replace(former);
      EpochHistory history = new EpochHistory(INCARNATION);
      kept.begins(store, history);
      kept.catchesUp();
      goThrough(history);
      store.apply("mine", "source's", new Stamp(8, OTHER));
      store.apply(ALL_BYTES, ALL_BYTES, new Stamp(Long.MAX_VALUE >> 16, OTHER));
      store.apply("empty", "", new Stamp(2, INCARNATION));
      store.apply("deleted", "v", new Stamp(3, OTHER));
      store.apply("deleted", null, new Stamp(4, OTHER));
      kept.complete(former, () -> {}, () -> {});
      disk.finish();
      for (int i = 0; i < 100; i++) {
        store.apply("often", "w" + i, new Stamp(10 + i, OTHER));
        disk.finish();
      }
      store.apply("last", "last", new Stamp(200, OTHER));
      disk.finish();
      second.close(() -> {});
      disk.finish();
    }
  }

  /** With an epoch that it took with another one, after which that one has passed a clock. */
  private static void goThrough(EpochHistory history) {
    history.keepCompanyWith(DEAD);
    assertTrue(history.complete(history.begin(new TreeSet<>(Set.of(INCARNATION, OTHER)))));
    history.sharedWith(OTHER);
  }

  private static Store store() {
    HybridClock clock = new HybridClock(() -> 0, () -> 0, () -> HybridClock.NO_LIMIT, INCARNATION);
    return new Store(Limits.ofTheCSystem(), clock, new KeyHash(1, 2));
  }

  private static DataDirectory open(FileVolume volume) throws IOException {
    return new DataDirectory(
        volume,
        "r1",
        INCARNATION,
        new Limits(Limits.DEFAULT_CAPACITY, 1000),
        new KeyHash(1, 2),
        new Sections(2),
        SETTINGS,
        new LogLines());
  }
}
