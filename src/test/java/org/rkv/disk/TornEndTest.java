package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a kill or a power cut leaves at the end of a log, and what it cannot have left. */
class TornEndTest {
  private static final String FIRST_LOG = "00000001.log";
  private static final String LONG_VALUE = "v".repeat(3 * Block.BYTES);

  private final SimulatedVolume volume = new SimulatedVolume(new Random(1));
  private DiskLife life;

  /** Where the last batch begins, and the file with it. */
  private int lastBatch;

  private byte[] log;

  @BeforeEach
  void write() throws IOException {
    life = DiskLife.begun(volume).completed();
    life.putForced("first", LONG_VALUE, 1).putForced("second", "two", 2);
    lastBatch = volume.bytes(FIRST_LOG).length;
    life.putForced("last", LONG_VALUE, 3);
    log = volume.bytes(FIRST_LOG);
  }

  @Test
  void shouldCutATornRecordAtEveryByteAndBeAsCompleteAsBefore() throws IOException {
    for (int end = lastBatch; end < log.length; end++) {
      DiskLife next = startWith(Arrays.copyOf(log, end));

      assertHasAllButTheLast(next);
      assertEquals(Completeness.COMPLETE, next.recovered.completeness(), "cut at " + end);
    }
    assertEquals(LONG_VALUE, startWith(log).value("last"));
  }

  @Test
  void shouldCutARecordOfWhichAnyBlocksAreLost() throws IOException {
    int blocks = (log.length - lastBatch) / Block.BYTES;
    for (int lost = 1; lost < 1 << blocks; lost++) {
      byte[] torn = log.clone();
      for (int block = 0; block < blocks; block++) {
        if ((lost >> block & 1) == 1) {
          zero(torn, lastBatch + block * Block.BYTES, Block.BYTES);
        }
      }

      DiskLife next = startWith(torn);

      assertHasAllButTheLast(next);
      assertEquals(Completeness.COMPLETE, next.recovered.completeness(), "lost " + lost);
    }
  }

  @Test
  void shouldTellNothingOfZerosAtTheEnd() throws IOException {
    DiskLife next = startWith(Arrays.copyOf(log, log.length + 8 * Block.BYTES));

    assertEquals(LONG_VALUE, next.value("last"));
    assertEquals("", next.recovered.remark());
  }

  @Test
  void shouldDoubtWhatAPowerCutCannotHaveDone() throws IOException {
    for (int at = lastBatch; at < log.length; at += Block.BYTES) {
      byte[] bad = log.clone();
      bad[at + 100] ^= 1;

      DiskLife next = startWith(bad);

      assertHasAllButTheLast(next);
      assertEquals(Completeness.DOUBTFUL, next.recovered.completeness());
      assertTrue(next.recovered.remark().startsWith(FIRST_LOG + " is bad at offset " + at));
    }
  }

  @Test
  void shouldRefuseALostBlockOfWhatIsKnownToBeForced() {
    byte[] bad = log.clone();
    zero(bad, 3 * Block.BYTES, Block.BYTES);
    volume.put(FIRST_LOG, bad);

    DamagedException damage = assertThrows(DamagedException.class, () -> DiskLife.begun(volume));

    assertEquals(FIRST_LOG, damage.file());
    assertEquals(3 * Block.BYTES, damage.offset());
  }

  @Test
  void shouldRefuseALogThatEndsBeforeWhatTheManifestSays() throws IOException {
    DiskLife.begun(volume); // names the first log with its length
    volume.put(FIRST_LOG, Arrays.copyOf(log, 2 * Block.BYTES));

    assertThrows(DamagedException.class, () -> DiskLife.begun(volume));
  }

  @Test
  void shouldServeAfterTwoTornEndsOneAfterTheOther() throws IOException {
    volume.put(FIRST_LOG, Arrays.copyOf(log, lastBatch + 700));
    DiskLife second = DiskLife.begun(volume).putForced("third", "three", 4);
    second.putForced("fourth", "four", 5);
    String secondLog = newestLog();
    byte[] bytes = volume.bytes(secondLog);
    volume.put(secondLog, Arrays.copyOf(bytes, bytes.length - 10));

    DiskLife third = DiskLife.begun(volume);

    assertHasAllButTheLast(third);
    assertEquals("three", third.value("third"));
    assertNull(third.value("fourth"));
    assertEquals(Completeness.COMPLETE, third.recovered.completeness());
  }

  @Test
  void shouldKeepTheDoubtOfAStartThatWasKilled() throws IOException {
    byte[] bad = log.clone();
    bad[lastBatch + 100] ^= 1;
    assertEquals(Completeness.DOUBTFUL, startWith(bad).recovered.completeness());

    assertEquals(Completeness.DOUBTFUL, DiskLife.begun(volume).recovered.completeness());
    DiskLife.begun(volume).completed();
    assertEquals(Completeness.COMPLETE, DiskLife.begun(volume).recovered.completeness());
  }

  @Test
  void shouldStartWithANextLogThatWasOnlyBegun() throws IOException {
    byte[][] begun = {{}, new byte[4096], Arrays.copyOf(log, Block.BYTES / 2)};
    for (byte[] bytes : begun) {
      volume.put("00000099.log", bytes);
      volume.put(Manifest.TEMPORARY_FILE, bytes);

      assertEquals(LONG_VALUE, DiskLife.begun(volume).value("last"));
    }
  }

  @Test
  void shouldStartAnewWhereTheFirstLogWasOnlyBegun() throws IOException {
    byte[][] begun = {{}, new byte[4096], Arrays.copyOf(log, Block.BYTES)};
    for (byte[] bytes : begun) {
      SimulatedVolume other = new SimulatedVolume(new Random(1));
      other.put(FIRST_LOG, bytes);

      assertTrue(DiskLife.begun(other).recovered.isNew());
    }
  }

  @Test
  void shouldNotTakeTheBytesOfABatchInAValueForOne() throws IOException {
    String forged = new String(log, StandardCharsets.ISO_8859_1);
    for (int shift = 0; shift < Block.BYTES; shift++) {
      SimulatedVolume other = volume.copy();
      DiskLife writer = DiskLife.begun(other);
      String name = newestLog(other);
      int begin = other.bytes(name).length;
      writer.putForced("forged", "x".repeat(shift) + forged, 9);
      byte[] torn = other.bytes(name);
      zero(torn, begin, Block.BYTES);
      other.put(name, torn);

      DiskLife next = DiskLife.begun(other);

      assertNull(next.value("forged"));
      assertEquals(LONG_VALUE, next.value("last"));
      assertEquals(Completeness.COMPLETE, next.recovered.completeness());
    }
  }

  @Test
  void shouldCutWhatWasForcedTogetherAndTakesSeveralBatches() throws IOException {
    LogSettings large = new LogSettings(0, 64 << 20, 0, 64 << 20);
    SimulatedVolume other = new SimulatedVolume(new Random(1));
    DiskLife writer = DiskLife.begun(other, large).completed();
    writer.putForced("first", "one", 1);
    int begin = other.bytes(FIRST_LOG).length;
    for (int i = 0; i < 3; i++) {
      writer.put(DiskLife.entry("k" + i, "x".repeat(LogFile.BATCH_BYTES), i + 2));
    }
    writer.log.flush();
    writer.worker.finish();
    byte[] manifest = other.bytes(Manifest.FILE);
    byte[] together = other.bytes(FIRST_LOG);
    int batchBytes = (together.length - begin) / 3;
    for (int batch = 0; batch < 3; batch++) {
      byte[] torn = together.clone();
      zero(torn, begin + batch * batchBytes, 8 * Block.BYTES);
      other.put(FIRST_LOG, torn);
      other.put(Manifest.FILE, manifest);

      DiskLife next = DiskLife.begun(other, large);

      assertEquals(1 + batch, next.store.size());
      assertEquals(Completeness.COMPLETE, next.recovered.completeness());
    }
  }

  /** Blocks whose checksum is right for zeros, or whose length is absurd, are none. */
  @Test
  void shouldCutARecordOfAbsurdLength() throws IOException {
    FileHeader header = FileHeader.decode(Arrays.copyOf(log, Block.BYTES), FIRST_LOG, 7);
    BatchLayout layout = new BatchLayout(header);
    for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30, 0}) {
      byte[] absurd = Arrays.copyOf(log, lastBatch + Block.BYTES);
      zero(absurd, lastBatch, Block.BYTES);
      BatchLayout.Header of = new BatchLayout.Header(batches() + 1, 1, length);
      layout.putHeader(absurd, lastBatch, of);
      layout.seal(absurd, lastBatch, of.batch(), 0);

      assertHasAllButTheLast(startWith(absurd));
    }
  }

  private long batches() throws IOException {
    volume.put(FIRST_LOG, Arrays.copyOf(log, lastBatch));
    try (BatchReader reader = BatchReader.open(volume, FIRST_LOG, 7, Long.MAX_VALUE)) {
      while (reader.next()) {
        continue;
      }
      return reader.batch();
    }
  }

  /** Starts from what was there first, with that log. */
  private DiskLife startWith(byte[] bytes) throws IOException {
    if (manifest == null) {
      manifest = volume.bytes(Manifest.FILE);
    }
    volume.put(Manifest.FILE, manifest);
    volume.put(FIRST_LOG, bytes);
    return DiskLife.begun(volume);
  }

  private byte[] manifest;

  private String newestLog() {
    return newestLog(volume);
  }

  private static String newestLog(SimulatedVolume of) {
    return of.list().stream().filter(FileHeader::isOurs).max(String::compareTo).orElseThrow();
  }

  private static void assertHasAllButTheLast(DiskLife next) {
    assertEquals(LONG_VALUE, next.value("first"));
    assertEquals("two", next.value("second"));
    assertNull(next.value("last"));
  }

  private static void zero(byte[] bytes, int from, int length) {
    Arrays.fill(bytes, from, Math.min(bytes.length, from + length), (byte) 0);
  }
}
