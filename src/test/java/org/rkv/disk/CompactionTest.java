package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rkv.store.Entry;

/** A snapshot takes the place of older files, and nothing is lost on the way, nor comes back. */
class CompactionTest {
  private final SimulatedVolume volume = new SimulatedVolume(new Random(1));

  @Test
  void shouldBeDueWhenTheFilesHoldTwiceWhatIsLive() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    assertFalse(life.log.isCompactionDue(0));
    while (life.log.fileBytes() <= DiskLife.SMALL.compactionBytes()) {
      life.putForced("k", "x".repeat(300), life.log.forced() + 1);
    }

    assertTrue(life.log.isCompactionDue(life.snapshotBytes()));
    assertFalse(life.log.isCompactionDue(life.log.fileBytes() / 2 + 1));
  }

  @Test
  void shouldBeDueWhenManyStartsHaveLeftTheirFiles() throws IOException {
    for (int i = 0; i < 64; i++) {
      assertFalse(DiskLife.begun(volume).log.isCompactionDue(1 << 20));
    }
    assertTrue(DiskLife.begun(volume).log.isCompactionDue(1 << 20));
  }

  @Test
  void shouldKeepEverythingInFewerBytes() throws IOException {
    DiskLife life = DiskLife.begun(volume).completed();
    life.put(new LogRecord.Meta((byte) 1, "promise", 5, "p"));
    life.put(new LogRecord.Meta((byte) 1, "promise", 4, "older"));
    for (int i = 0; i < 100; i++) {
      life.putForced("k" + i % 7, i % 5 == 0 ? null : "x".repeat(300), i + 1);
    }
    long before = life.log.fileBytes();

    life.log.compact(life);
    life.worker.finish();

    assertEquals(List.of("compacted"), life.lines);
    assertTrue(life.log.fileBytes() < before / 5);
    DiskLife next = DiskLife.begun(volume);
    assertEquals(life.store, next.store);
    assertEquals("p", next.metas.get("promise").payload());
    assertEquals(Completeness.COMPLETE, next.recovered.completeness());
  }

  @Test
  void shouldKeepWhatIsWrittenMeanwhile() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    for (int i = 0; i < 20; i++) {
      life.putForced("k" + i, "old", i + 1);
    }
    life.log.compact(life);
    for (int i = 0; !life.lines.contains("compacted"); i++) {
      life.put(DiskLife.entry("k" + i % 20, "new" + i, 100 + i));
      life.put(new LogRecord.Meta((byte) 1, "promise", i, "p"));
      life.log.flush();
      life.worker.step();
    }
    life.worker.finish();

    DiskLife next = DiskLife.begun(volume);

    assertEquals(life.store, next.store);
    assertEquals(life.metas, next.metas);
  }

  /** Whose tombstone is forgotten must not come back, whichever removals a power cut takes back. */
  @Test
  void shouldNotBringADeletedKeyBack() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      SimulatedVolume other = new SimulatedVolume(new Random(seed));
      DiskLife life = DiskLife.begun(other).putForced("k", "old", 1).putForced("k", null, 2);
      life.store.remove("k");
      life.log.compact(life);
      life.worker.finish();
      assertEquals(List.of("compacted"), life.lines);
      other.cutPower();

      assertNull(DiskLife.begun(other).store.get("k"));
    }
  }

  @Test
  void shouldLeaveNothingWhenItIsCancelledAtAnyStep() throws IOException {
    boolean isOver = false;
    for (int steps = 0; !isOver; steps++) {
      SimulatedVolume other = new SimulatedVolume(new Random(1));
      DiskLife life = DiskLife.begun(other).putForced("k", "v", 1);
      life.log.compact(life);
      for (int i = 0; i < steps; i++) {
        life.worker.step();
      }
      isOver = life.lines.contains("compacted");
      life.log.cancelCompaction();
      life.worker.finish();
      DiskLife next = DiskLife.begun(other);

      assertEquals(life.store, next.store);
      List<String> named =
          ManifestFile.read(other).files().stream().map(Manifest.NamedFile::name).toList();
      other.list().stream()
          .filter(FileHeader::isOurs)
          .forEach(name -> assertTrue(named.contains(name), name));
    }
  }

  /** A manifest that was renamed and not forced is read at the next start, and may be gone then. */
  @Test
  void shouldSurviveAKillAtAnyMomentAndAPowerCutAfterTheNextStart() throws IOException {
    for (int kill = 1; kill < 25; kill++) {
      for (int seed = 0; seed < 20; seed++) {
        SimulatedVolume other = new SimulatedVolume(new Random(seed));
        DiskLife life = DiskLife.begun(other).putForced("k", "v", 1).putForced("l", "w", 2);
        other.killAfter(kill);
        life.log.compact(life);
        life.worker.finish();
        other.killAfter(Long.MAX_VALUE);
        new DiskLife(other, DiskLife.SMALL, new Random(1), new DiskLife.Mutant());
        other.cutPower();

        assertEquals(life.store, DiskLife.begun(other).store, "killed in operation " + kill);
      }
    }
  }

  @Test
  void shouldRefuseASnapshotWithoutItsEnd() throws IOException {
    DiskLife life = DiskLife.begun(volume).putForced("k", "v", 1);
    life.log.compact(life);
    life.worker.finish();
    Manifest manifest = ManifestFile.read(volume);
    Manifest.NamedFile snapshot = manifest.files().get(0);
    long shorter = snapshot.bytes() - Block.BYTES;
    byte[] bytes = volume.bytes(snapshot.name());
    volume.put(snapshot.name(), Arrays.copyOf(bytes, (int) shorter));
    ManifestFile.prepare(
        volume,
        manifest.withFiles(
            manifest.completeness(),
            manifest.nextNumber(),
            List.of(new Manifest.NamedFile(snapshot.name(), shorter), manifest.files().get(1))));
    ManifestFile.publish(volume);

    DamagedException damage = assertThrows(DamagedException.class, () -> DiskLife.begun(volume));

    assertTrue(damage.getMessage().contains("the snapshot is not complete"));
  }

  @Test
  void shouldForceTheSnapshotAndItsNameBeforeItNamesItAndThatBeforeItRemovesAnything()
      throws IOException {
    DiskLife life = DiskLife.begun(volume).putForced("k", "v", 1);
    volume.operations().clear();
    life.log.compact(life);
    life.worker.finish();

    List<String> lasting =
        volume.operations().stream()
            .filter(each -> !each.startsWith("write ") && !each.startsWith("close "))
            .toList();
    assertEquals(
        List.of(
            "create 00000002.log",
            "force 00000002.log",
            "force .",
            "create manifest.new",
            "force manifest.new",
            "rename manifest.new manifest",
            "force .",
            "create 00000003.snapshot",
            "force 00000003.snapshot",
            "force .",
            "open 00000003.snapshot",
            "create manifest.new",
            "force manifest.new",
            "rename manifest.new manifest",
            "force .",
            "remove 00000001.log"),
        lasting);
  }

  @Test
  void shouldWriteLargeSegmentsInSteps() throws IOException {
    DiskLife life = DiskLife.begun(volume, new LogSettings(0, 64 << 20, 0, 1));
    for (int i = 0; i < 5000; i++) {
      life.put(DiskLife.entry("k" + i, "x".repeat(i % 3 == 0 ? 1000 : 10), i + 1));
    }
    life.put(DiskLife.entry("large", "x".repeat(1 << 20), 5001));
    life.log.flush();
    life.worker.finish();
    life.log.compact(life);
    int steps = 0;
    while (life.worker.step()) {
      steps++;
    }

    assertTrue(steps > 20, steps + " steps");
    assertEquals(new TreeMap<String, Entry>(life.store), DiskLife.begun(volume).store);
  }
}
