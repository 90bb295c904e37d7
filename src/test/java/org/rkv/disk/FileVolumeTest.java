package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory of the file system, and whose it is. */
class FileVolumeTest {
  @TempDir private Path parent;

  @Test
  void shouldMakeADirectoryForItsOwnerAlone() throws IOException {
    Path directory = parent.resolve("data");
    try (FileVolume volume = FileVolume.open(directory)) {
      assertTrue(volume.isMade());
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }
    try (FileVolume volume = FileVolume.open(directory)) {
      assertFalse(volume.isMade());
    }
  }

  @Test
  void shouldMakeNoDirectoryBelowOneThatIsMissing() {
    Path directory = parent.resolve("not/mounted");

    assertRefused(directory, "there is no directory");
    assertFalse(Files.exists(parent.resolve("not")));
  }

  @Test
  void shouldRefuseWhatIsNoDirectory() throws IOException {
    assertRefused(Files.createFile(parent.resolve("file")), "is not a directory");
  }

  /** The process that has it will have ended then. */
  @Test
  void shouldLookWhetherItCouldBeHadAndLeaveItToWhoeverHasIt() throws IOException {
    Path directory = parent.resolve("data");
    FileVolume.check(directory);
    assertFalse(Files.exists(directory));
    FileVolume volume = FileVolume.open(directory);
    FileVolume.check(directory);
    volume.close();
  }

  /** A log is begun anew when the disk was full; who takes all descriptors must not end us then. */
  @Test
  void shouldTryAgainWhenTooManyFilesAreOpen() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 100; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WithoutDescriptors.class.getName(),
                parent.resolve("data").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  /** Else the replica ends when a file is to be put there, as one whose disk has failed. */
  @ParameterizedTest
  @ValueSource(strings = {"manifest", "manifest.new", "reserve", "00000001.log"})
  void shouldRefuseADirectoryInThePlaceOfAFile(String name) throws Exception {
    Path inPlace = Files.createDirectory(parent.resolve(name));
    Files.createFile(inPlace.resolve("something"));
    assertRefusal(
        inPlace + " is no file, and a replica needs that name: move it away",
        () -> FileVolume.open(parent));

    Files.move(inPlace, parent.resolve("away"));
    FileVolume.open(parent).close();
  }

  private static void assertRefused(Path directory, String reason) {
    assertRefusal(reason, () -> FileVolume.open(directory));
    if (!reason.contains("in use")) {
      assertRefusal(reason, () -> FileVolume.check(directory));
    }
  }

  private static void assertRefusal(String reason, Executable executable) {
    RefusedException refusal = assertThrows(RefusedException.class, executable);
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    assertEquals(1, refusal.getMessage().lines().count());
  }

  /** Whoever has its files open can go on writing and forcing them. */
  @Test
  void shouldNoticeThatItWasTakenAwayOrReplaced() throws Exception {
    Path directory = parent.resolve("data");
    try (FileVolume volume = FileVolume.open(directory)) {
      volume.checkPlace();
      Path aside = Files.move(directory, parent.resolve("aside"));
      assertThrows(GoneException.class, volume::checkPlace);
      Files.createDirectory(directory);
      assertThrows(GoneException.class, volume::checkPlace);
      Files.copy(aside.resolve("lock"), directory.resolve("lock"));
      GoneException gone = assertThrows(GoneException.class, volume::checkPlace);
      assertEquals(
          "the data directory " + directory + " was taken away or replaced while it was in use",
          gone.getMessage());
      Files.delete(directory.resolve("lock"));
      Files.delete(directory);
      Files.move(aside, directory);
      volume.checkPlace();
    }
  }

  @Test
  void shouldKeepOtherProcessesOutWhileItsFilesAreReadAndTriedToBeHadAgain() throws Exception {
    try (FileVolume volume = FileVolume.open(parent)) {
      assertRefused(parent, "is in use");
      Recovered found = Recovery.read(volume, "r1", 7, record -> {});
      new LogFiles(volume, found, DiskLife.SMALL, new Random(1)).roll(List.of());
      Recovery.read(volume, "r1", 7, record -> {});

      assertEquals("refused\n", openElsewhere());
    }
    assertEquals("opened\n", openElsewhere());
  }

  private String openElsewhere() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                placeOf(FileVolume.class) + File.pathSeparator + placeOf(Opener.class),
                Opener.class.getName(),
                parent.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(other.getInputStream().readAllBytes());
    other.waitFor();
    return output;
  }

  private static Path placeOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** A process that tries to have a directory. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) throws IOException {
      try (FileVolume volume = FileVolume.open(Path.of(arguments[0]))) {
        System.out.println(volume.isMade() ? "made" : "opened");
      } catch (RefusedException e) {
        System.out.println("refused");
      }
    }
  }

  @Test
  void shouldDoAsItIsTold() throws IOException {
    try (FileVolume volume = FileVolume.open(parent)) {
      try (Volume.Output output = volume.create("a")) {
        output.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        output.force();
      }
      assertThrows(IOException.class, () -> volume.create("a"));
      Files.createFile(parent.resolve("b"));
      volume.rename("a", "b");
      volume.remove("missing");
      volume.force();

      assertEquals(List.of("b", "lock"), volume.list().stream().sorted().toList());
      try (Volume.Input input = volume.open("b")) {
        input.position(1);
        ByteBuffer bytes = ByteBuffer.allocate(10);
        input.read(bytes);
        assertEquals(ByteBuffer.wrap(new byte[] {2, 3}), bytes.flip());
        assertEquals(3, input.size());
      }
      assertTrue(volume.freeBytes() > 0);
      assertEquals(volume.bootId(), volume.bootId());
    }
  }
}
