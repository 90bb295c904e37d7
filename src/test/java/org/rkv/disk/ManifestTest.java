package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rkv.disk.Manifest.NamedFile;

/** The manifest as bytes, and back. */
class ManifestTest {
  private static final Manifest MANIFEST =
      new Manifest(
          "host.example:4711",
          -1,
          Completeness.DOUBTFUL,
          "",
          true,
          12,
          List.of(new NamedFile("00000010.snapshot", 1 << 20), new NamedFile("00000011.log", 512)));

  @Test
  void shouldReadWhatWasWritten() throws RefusedException {
    assertEquals(MANIFEST, Manifest.decode(MANIFEST.encode().array()));
  }

  @Test
  void shouldSayToPeopleWhatItSays() {
    String text = new String(MANIFEST.encode().array(), StandardCharsets.ISO_8859_1);

    assertTrue(
        text.startsWith(
            "rkv data, format 1\nname host.example:4711\nincarnation ffffffffffffffff\n"
                + "state DOUBTFUL\n"));
  }

  @Test
  void shouldRefuseWhatIsCutShortOrGoesOn() {
    byte[] bytes = MANIFEST.encode().array();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(DamagedException.class, () -> Manifest.decode(cut));
    }
    assertThrows(
        DamagedException.class, () -> Manifest.decode(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  /** Of the number of its format neither: no other release can read that. */
  @Test
  void shouldTakeAnyOtherBitForDamage() {
    byte[] bytes = MANIFEST.encode().array();
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThrows(DamagedException.class, () -> Manifest.decode(changed), "bit " + bit);
    }
  }

  @Test
  void shouldRefuseOneThatNamesNoFile() {
    byte[] bytes = MANIFEST.withFiles(Completeness.NEW, 1, List.of()).encode().array();

    assertThrows(DamagedException.class, () -> Manifest.decode(bytes));
  }

  @Test
  void shouldTellTheFormerNameOfItsReplicaAndTakeTheNewOne() throws IOException {
    SimulatedVolume volume = new SimulatedVolume(new Random(1));
    for (String name : List.of("r1", "r2", "r2")) {
      Recovered recovered = Recovery.read(volume, name, 7, record -> {});
      new LogFiles(volume, recovered, DiskLife.SMALL, new Random(1)).roll(List.of());
    }

    assertEquals("r2", Recovery.read(volume, "r3", 7, record -> {}).formerName());
  }
}
