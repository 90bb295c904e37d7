package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When what was appended counts, and when it is forced. */
class LogTest {
  private static final LogSettings RELAXED = new LogSettings(100, 16 << 10, 64 << 10, 4 << 10);
  private static final LogRecord.Meta PROMISE = new LogRecord.Meta((byte) 1, "view", 1, "promise");

  private final SimulatedVolume volume = new SimulatedVolume(new Random(1));
  private final List<String> told = new ArrayList<>();

  @Test
  void shouldCountNothingBeforeItHasBegun() throws IOException {
    DiskLife life = new DiskLife(volume, DiskLife.SMALL, new Random(1), new DiskLife.Mutant());
    life.log.whenCounted(0, () -> told.add("begun"));

    assertEquals(-1, life.log.counted());
    assertFalse(life.log.hasRoom());
    life.log.begin();
    assertEquals(List.of(), told);
    life.worker.finish();
    assertEquals(List.of("begun"), told);
    assertTrue(life.log.hasRoom());
  }

  @Test
  void shouldForceOnceForAllThatHasGathered() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    tellWhenForced(life, "first", 1);
    life.log.flush();
    for (int i = 2; i < 20; i++) {
      tellWhenForced(life, "later", i);
      life.log.flush();
    }
    volume.operations().clear();

    life.worker.step();
    assertEquals(List.of(), told);
    life.worker.step();
    assertEquals(List.of("first"), told);
    life.worker.finish();

    assertEquals(19, told.size());
    assertEquals(2, volume.operations().stream().filter(each -> each.startsWith("force")).count());
  }

  private void tellWhenForced(DiskLife life, String what, long clock) {
    life.log.whenForced(life.put(DiskLife.entry("k" + clock, "v", clock)), () -> told.add(what));
  }

  @Test
  void shouldTellInTheOrderOfPositionsAndAtOnceWhatIsForced() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    long first = life.put(DiskLife.entry("a", "v", 1));
    long second = life.put(DiskLife.entry("b", "v", 2));
    life.log.whenForced(second, () -> told.add("second"));
    life.log.whenForced(first, () -> told.add("first"));
    life.log.whenForced(first, () -> told.add("first again"));
    life.log.flush();
    life.worker.finish();
    life.log.whenForced(first, () -> told.add("at once"));

    assertEquals(List.of("first", "first again", "second", "at once"), told);
  }

  @Test
  void shouldTellNobodyWhoHasStoppedWaiting() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    long first = life.put(DiskLife.entry("a", "v", 1));
    Runnable stop = life.log.whenForced(first, () -> told.add("nobody"));
    life.log.whenForced(first, () -> told.add("who still waits"));
    stop.run();
    life.log.flush();
    life.worker.finish();
    stop.run();

    assertEquals(List.of("who still waits"), told);
  }

  /** It waits for a force that begins after it was appended, not for the one under way. */
  @Test
  void shouldNotTakeTheForceUnderWayForThatOfALaterRecord() throws IOException {
    DiskLife life = DiskLife.begun(volume).putForced("k", "v", 1);
    life.put(DiskLife.entry("k", "first", 2));
    life.log.flush();
    tellWhenForced(life, "second", 3);
    life.log.flush();

    life.worker.step();
    life.worker.step();
    assertEquals(List.of(), told);
    volume.cutPower();
    assertFalse(DiskLife.begun(volume).store.containsKey("k3"));
  }

  @Test
  void shouldCountEntriesBeforeTheyAreForcedWhenRelaxed() throws IOException {
    DiskLife life = DiskLife.begun(volume, RELAXED);
    long position = life.put(DiskLife.entry("k", "v", 1));
    life.log.whenCounted(position, () -> told.add("counts"));
    life.log.whenForced(position, () -> told.add("forced"));
    life.log.flush();
    life.worker.finish();
    assertEquals(List.of("counts"), told);

    life.timers.pass(99);
    life.worker.finish();
    assertEquals(List.of("counts"), told);
    life.timers.pass(1);
    life.worker.finish();
    assertEquals(List.of("counts", "forced"), told);
  }

  /** No more than the time that was allowed is lost, also where a force takes longer than that. */
  @Test
  void shouldCountNoEntryWhileAForceIsUnderWayWhenRelaxed() throws IOException {
    DiskLife life = DiskLife.begun(volume, RELAXED).putWritten("k", "v", 1);
    life.timers.pass(100); // the force is due, and takes long
    long next = life.put(DiskLife.entry("k", "next", 2));
    life.log.whenCounted(next, () -> told.add("counts"));
    life.log.flush();
    assertEquals(List.of(), told);

    life.worker.step();
    assertEquals(List.of(), told, "the force is through, and it is written only now");
    life.worker.finish();
    assertEquals(List.of("counts"), told);
  }

  @Test
  void shouldForceWhatIsNoEntryAndDeletesInAnyCase() throws IOException {
    List<LogRecord> records =
        List.of(
            PROMISE,
            new LogRecord.Note((byte) 1, "n"),
            new LogRecord.Standing(Completeness.CATCHING_UP),
            new LogRecord.Stored(DiskLife.entry("deleted", null, 2)));
    for (LogRecord record : records) {
      DiskLife life = DiskLife.begun(new SimulatedVolume(new Random(1)), RELAXED);
      long entry = life.put(DiskLife.entry("k", "v", 1));
      life.log.flush();
      life.worker.finish();
      assertEquals(0, life.log.forced());
      long position = life.log.append(record);
      assertTrue(position > entry);
      life.log.whenCounted(position, () -> told.add("counts"));
      life.log.flush();
      life.worker.step();
      assertFalse(told.contains("counts"));
      life.worker.finish();

      assertEquals(position, life.log.forced());
      told.clear();
    }
  }

  @Test
  void shouldForceBeforeItsTimeWhenMuchIsUnforced() throws IOException {
    DiskLife life = DiskLife.begun(volume, RELAXED);
    for (int i = 0; i < 20; i++) {
      life.put(DiskLife.entry("k", "x".repeat(1000), i + 1));
      life.log.flush();
      life.worker.finish();
    }

    assertTrue(life.log.forced() > 0);
    assertTrue(life.log.heldBytes() <= RELAXED.bufferBytes() / 2);
  }

  @Test
  void shouldTellTheAgeOfTheOldestThatIsNotForced() throws IOException {
    DiskLife life = DiskLife.begun(volume, RELAXED);
    assertEquals(0, life.log.ageNanos());
    life.put(DiskLife.entry("k", "v", 1));
    life.timers.pass(10);
    life.log.flush();
    life.worker.finish();
    life.timers.pass(20);
    life.put(DiskLife.entry("l", "v", 2));
    life.log.flush();
    life.worker.finish();
    assertEquals(TimeUnit.MILLISECONDS.toNanos(30), life.log.ageNanos());

    life.timers.pass(80);
    life.put(DiskLife.entry("m", "v", 3));
    life.timers.pass(1);
    assertEquals(TimeUnit.MILLISECONDS.toNanos(111), life.log.ageNanos());
    life.worker.finish();
    assertEquals(TimeUnit.MILLISECONDS.toNanos(1), life.log.ageNanos(), "the others are forced");
  }

  @Test
  void shouldDoubtRelaxedDataAfterAPowerCutOnly() throws IOException {
    DiskLife.begun(volume, RELAXED).completed().putWritten("k", "v", 1);
    assertEquals(Completeness.COMPLETE, DiskLife.begun(volume, RELAXED).recovered.completeness());

    volume.cutPower();

    assertEquals(Completeness.DOUBTFUL, DiskLife.begun(volume, RELAXED).recovered.completeness());
  }

  @Test
  void shouldNotDoubtRelaxedDataThatWereClosed() throws IOException {
    DiskLife life = DiskLife.begun(volume, RELAXED).completed().putWritten("k", "v", 1);
    life.log.close(() -> told.add("closed"));
    life.worker.finish();
    volume.cutPower();

    DiskLife next = DiskLife.begun(volume, RELAXED);

    assertEquals(List.of("closed"), told);
    assertEquals(Completeness.COMPLETE, next.recovered.completeness());
    assertEquals("v", next.value("k"));
  }

  @Test
  void shouldTakeNoEntriesWhileItIsFarBehindButOtherRecords() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    while (life.log.hasRoom()) {
      life.put(DiskLife.entry("k", "x".repeat(1000), life.log.heldBytes() + 1));
    }
    assertTrue(life.log.hasRoomForOthers());
    while (life.log.hasRoomForOthers()) {
      life.log.append(new LogRecord.Note((byte) 1, "x".repeat(1000)));
    }
    assertThrows(
        IllegalStateException.class,
        () -> {
          while (true) {
            life.log.append(new LogRecord.Note((byte) 1, "x".repeat(1000)));
          }
        });

    life.log.flush();
    life.worker.finish();
    assertTrue(life.log.hasRoom());
    assertEquals(0, life.log.heldBytes());
  }

  @Test
  void shouldSayWhenItIsFarBehindWhileThereIsRoomAndWhenItHasCaughtUp() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    life.lines.clear();
    while (life.lines.isEmpty()) {
      life.put(DiskLife.entry("k", "x".repeat(1000), life.log.heldBytes() + 1));
    }
    assertEquals(List.of("behind"), life.lines);
    assertTrue(life.log.hasRoom(), "for what is under way");

    life.log.flush();
    life.worker.finish();
    assertEquals(List.of("behind", "caught up"), life.lines);
  }

  /** Whoever waits for that would wait in vain. */
  @Test
  void shouldNotBeWaitedForWhenTheDiskIsFull() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    life.lines.clear();
    volume.limit(volume.usedBytes());
    while (life.log.hasRoom()) {
      life.put(DiskLife.entry("k", "x".repeat(1000), life.log.heldBytes() + 1));
    }
    life.log.flush();
    life.worker.finish();

    assertEquals(List.of("behind", "full: no space", "caught up"), life.lines);
  }

  @Test
  void shouldForceAllWhenItIsClosed() throws IOException {
    DiskLife life = DiskLife.begun(volume, RELAXED);
    life.put(DiskLife.entry("k", "v", 1));
    life.log.flush();
    life.worker.finish();
    life.put(DiskLife.entry("l", "v", 2));
    life.log.close(() -> told.add("closed"));
    life.worker.finish();

    assertEquals(List.of("closed"), told);
    assertEquals(2, life.log.forced());
  }

  /** A "complete" that outlives what it vouches for would be a lie. */
  @Test
  void shouldKeepTheOrderOfWhatItVouchesFor() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      SimulatedVolume other = new SimulatedVolume(new Random(seed));
      DiskLife life = DiskLife.begun(other);
      life.log.append(new LogRecord.Stored(DiskLife.entry("k", "x".repeat(1500), 1)));
      life.log.append(new LogRecord.Note((byte) 2, "segment 0 is exactly these"));
      life.log.append(new LogRecord.Standing(Completeness.COMPLETE));
      other.killAfter(1 + seed % 4);
      life.log.flush();
      life.worker.finish();
      other.killAfter(Long.MAX_VALUE);
      other.cutPower();
      DiskLife next = DiskLife.begun(other);

      assertEquals(next.recovered.completeness() == Completeness.COMPLETE, next.read.size() == 3);
    }
  }

  @Test
  void shouldWriteMoreThanABatchTakes() throws IOException {
    LogSettings large = new LogSettings(0, 64 << 20, 0, 64 << 20);
    DiskLife life = DiskLife.begun(volume, large);
    for (int i = 0; i < 4; i++) {
      life.put(DiskLife.entry("k" + i, "x".repeat((1 << 20) - i), i + 1));
    }
    life.log.flush();
    life.worker.finish();

    assertEquals(life.store, DiskLife.begun(volume, large).store);
  }

  /** A new file and its name are forced, and then named, before anything in it counts. */
  @Test
  void shouldForceANewLogAndItsNameBeforeItIsNamed() throws IOException {
    DiskLife.begun(volume);

    assertEquals(
        List.of(
            "create 00000001.log",
            "write 00000001.log",
            "force 00000001.log",
            "force .",
            "create manifest.new",
            "write manifest.new",
            "force manifest.new",
            "close manifest.new",
            "rename manifest.new manifest",
            "force ."),
        volume.operations().stream().filter(each -> !each.endsWith("reserve")).toList());
  }
}
