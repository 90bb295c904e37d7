package org.rkv.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.disk.Manifest.NamedFile;
import org.rkv.store.Entry;

/** Files that were changed, taken away, or brought from elsewhere. */
class DamageTest {
  private final SimulatedVolume volume = new SimulatedVolume(new Random(1));
  private Map<String, Entry> all;

  /** A snapshot, a log that ended, and one that was written last. */
  @BeforeEach
  void write() throws IOException {
    DiskLife first = DiskLife.begun(volume).completed();
    for (int i = 0; i < 20; i++) {
      first.putForced("k" + i % 3, "value".repeat(20), i + 1);
    }
    first.log.compact(first);
    first.worker.finish();
    first.putForced("k1", null, 30);
    DiskLife second = DiskLife.begun(volume);
    second.putForced("k4", "four", 31).putForced("k5", "five", 32);
    all = new TreeMap<>(second.store);
  }

  @Test
  void shouldNeverServeAFlippedBit() throws IOException {
    int cut = 0;
    for (NamedFile file : ManifestFile.read(volume).files()) {
      for (int i = 0; i < volume.bytes(file.name()).length; i++) {
        DiskLife next = startWithFlippedBit(file.name(), i);
        if (next != null && i >= file.bytes() && file.equals(newest())) {
          assertHasAllButTheLast(next);
          cut++;
        } else if (next != null) {
          assertTrue(i >= file.bytes(), "of what counts, byte " + i + " of " + file);
          assertEquals(all, next.store);
        }
      }
    }
    assertEquals(Block.BYTES, cut); // the one block of the last batch
  }

  @Test
  void shouldRefuseAManifestWithAFlippedBit() throws IOException {
    for (int i = 0; i < volume.bytes(Manifest.FILE).length; i++) {
      assertNull(startWithFlippedBit(Manifest.FILE, i));
    }
  }

  /** Returns null if it is refused. */
  private DiskLife startWithFlippedBit(String name, int index) throws IOException {
    SimulatedVolume changed = volume.copy();
    byte[] bad = volume.bytes(name);
    bad[index] ^= (byte) (1 << index % Byte.SIZE);
    changed.put(name, bad);
    try {
      return DiskLife.begun(changed);
    } catch (RefusedException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      return null;
    }
  }

  private NamedFile newest() throws IOException {
    List<NamedFile> files = ManifestFile.read(volume).files();
    return files.get(files.size() - 1);
  }

  private void assertHasAllButTheLast(DiskLife next) {
    Map<String, Entry> expected = new TreeMap<>(all);
    expected.remove("k5");
    assertEquals(expected, next.store);
    assertEquals(Completeness.DOUBTFUL, next.recovered.completeness());
  }

  @Test
  void shouldRefuseToStartWithoutAnyOfItsFiles() throws IOException {
    for (String name : counting()) {
      SimulatedVolume less = volume.copy();
      less.remove(name);

      assertThrows(RefusedException.class, () -> DiskLife.begun(less), name);
    }
  }

  @Test
  void shouldReadTheSameFromItsFilesInReverseOrder() throws IOException {
    List<String> names = new ArrayList<>(counting());
    names.remove(Manifest.FILE);
    assertEquals(3, names.size());
    DiskLife reversed = DiskLife.begun(new SimulatedVolume(new Random(1)));
    for (int i = names.size() - 1; i >= 0; i--) {
      try (BatchReader reader = BatchReader.open(volume, names.get(i), 7, Long.MAX_VALUE)) {
        while (reader.next()) {
          reader.records().forEach(reversed::take);
          reader.records().forEach(reversed::take);
        }
      }
    }

    assertEquals(all, reversed.store);
  }

  /** It may be read at the next start: nobody is to move the directory away for that. */
  @Test
  void shouldNotTakeAnErrorOfTheDiskForDamage() {
    OtherVolume failing =
        new OtherVolume(volume) {
          @Override
          public Input open(String name) throws IOException {
            throw new IOException("Input/output error");
          }
        };

    IOException failure =
        assertThrows(
            IOException.class, () -> Recovery.read(failing, "r1", 7, record -> fail("it is read")));
    assertFalse(failure instanceof RefusedException);
    assertEquals("Input/output error", failure.getMessage());
  }

  @Test
  void shouldRefuseAFileOfAnotherReplica() throws IOException {
    SimulatedVolume others = new SimulatedVolume(new Random(2));
    Recovered found = Recovery.read(others, "r2", 8, record -> fail());
    assertEquals(8, found.incarnation());
    new LogFiles(others, found, DiskLife.SMALL, new Random(3)).roll(List.of());
    String log = FileHeader.logName(1);
    volume.put(counting().get(0), others.bytes(log));

    RefusedException refusal = assertThrows(RefusedException.class, () -> DiskLife.begun(volume));

    assertTrue(refusal.getMessage().contains("it was copied here"), refusal.getMessage());
  }

  @Test
  void shouldRefuseANewerFormatAndTouchNothing() throws IOException {
    String manifest = new String(volume.bytes(Manifest.FILE), ISO_8859_1);
    String newer = manifest.replace("format 1", "format 2") + "and a line that is not known here\n";
    volume.put(Manifest.FILE, newer.getBytes(ISO_8859_1));
    volume.put("00000077.log", new byte[] {1});
    volume.operations().clear();

    RefusedException refusal = assertThrows(RefusedException.class, () -> DiskLife.begun(volume));

    assertTrue(refusal.getMessage().contains("format 2"), refusal.getMessage());
    assertEquals(List.of("open manifest", "close manifest"), volume.operations());
  }

  @Test
  void shouldRefuseADirectoryWithDataAndNoManifest() throws IOException {
    volume.remove(Manifest.FILE);

    RefusedException refusal = assertThrows(RefusedException.class, () -> DiskLife.begun(volume));

    assertTrue(refusal.getMessage().contains("has no manifest"), refusal.getMessage());
  }

  @Test
  void shouldRefuseADirectoryOfSomethingElse() {
    SimulatedVolume other = new SimulatedVolume(new Random(1));
    other.put("passwords", new byte[] {1});

    assertThrows(RefusedException.class, () -> DiskLife.begun(other));
  }

  @Test
  void shouldRemoveItsFilesThatAreNotNamedUnreadAndNoOthers() throws IOException {
    volume.put("00000001.log", new byte[] {1});
    volume.put("00000099.snapshot", new byte[] {1});
    volume.put("notes.log", new byte[] {1});
    volume.put("9999999999999999999.log", new byte[] {1});
    volume.operations().clear();

    DiskLife next = DiskLife.begun(volume);

    assertEquals(all, next.store);
    assertTrue(volume.list().containsAll(List.of("notes.log", "9999999999999999999.log")));
    assertTrue(volume.operations().contains("remove 00000001.log"));
    assertTrue(volume.operations().contains("remove 00000099.snapshot"));
    assertTrue(volume.operations().stream().noneMatch("open 00000001.log"::equals));
    assertNotEquals("00000099.log", counting().get(counting().size() - 2));
  }

  /** The files that count, the manifest last. */
  private List<String> counting() throws IOException {
    List<String> names = new ArrayList<>();
    ManifestFile.read(volume).files().forEach(file -> names.add(file.name()));
    names.add(Manifest.FILE);
    return names;
  }
}
