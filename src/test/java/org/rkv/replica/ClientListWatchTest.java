package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.access.ClientList;
import org.rkv.net.HandMovedTimers;

class ClientListWatchTest {
  private static final long LOOK_MILLIS = 500;

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();
  private final HandMovedTimers clock = new HandMovedTimers();
  private Path file;
  private ClientListWatch watch;

  @BeforeEach
  void watchOneNetwork() throws IOException {
    file = directory.resolve("clients");
    write("10.0.0.0/8 ro\n");
    watch = new ClientListWatch(file, clock::nanoTime, warnings::add);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  /** What the next look finds. */
  private Optional<ClientList> look() throws IOException {
    clock.pass(LOOK_MILLIS);
    return watch.poll();
  }

  private void assertUnchanged() throws IOException {
    assertEquals(Optional.empty(), look());
    assertEquals(Optional.empty(), look());
    assertEquals(Optional.empty(), look());
  }

  private void assertBecomes(String text) throws IOException {
    assertEquals(Optional.empty(), look(), "it may be half written");
    assertEquals(Optional.of(ClientList.parse(text)), look());
    assertUnchanged();
  }

  @Test
  void shouldSayNothingWhileNothingChanges() throws IOException {
    assertUnchanged();
    write("# the same\n10.0.0.0/8 ro");
    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldGiveTheNewListOnceItHasBeenReadTwice() throws IOException {
    write("10.0.0.0/8 ro\n10.0.0.7 rw\n");
    assertBecomes("10.0.0.0/8 ro\n10.0.0.7 rw\n");
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldNoticeAChangeOfTheSameSizeAndTime() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    write("10.0.0.0/8 rw\n");
    Files.setLastModifiedTime(file, time);
    assertBecomes("10.0.0.0/8 rw\n");
  }

  @Test
  void shouldNotTakeAFileThatIsStillBeingWritten() throws IOException {
    write("");
    assertEquals(Optional.empty(), look());
    write("10.0.0.0/8 ro\n");
    assertEquals(Optional.empty(), look());
    write("10.0.0.0/8 ro\n10.0.0.7 r");
    assertEquals(Optional.empty(), look());
    write("10.0.0.0/8 ro\n10.0.0.7 rw\n");
    assertBecomes("10.0.0.0/8 ro\n10.0.0.7 rw\n");
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldBelieveAnEmptyFile() throws IOException {
    write("");
    assertBecomes("");
  }

  @Test
  void shouldKeepTheListAndNameTheLineThatIsWrong() throws IOException {
    write("10.0.0.0/8 rw\n010.0.0.1 rw\n");
    assertUnchanged();
    String fault =
        file
            + ": line 2: \"010.0.0.1\" is no address: four decimal numbers without leading zeros,"
            + " or IPv6; who may call stays as it was";
    assertEquals(List.of(fault), warnings);

    clock.pass(TimeUnit.HOURS.toMillis(1));
    assertUnchanged();
    assertEquals(List.of(fault, fault), warnings, "again each hour");

    write("10.0.0.0/8 rw\n");
    assertBecomes("10.0.0.0/8 rw\n");
  }

  @Test
  void shouldKeepTheListWhileTheFileIsAway() throws IOException {
    Files.delete(file);
    assertUnchanged();
    String fault = "no list of clients: " + file + "; who may call stays as it was";
    assertEquals(List.of(fault), warnings);

    Files.createDirectory(file);
    assertUnchanged();
    assertTrue(warnings.get(1).contains("is a directory"), warnings::toString);

    Files.delete(file);
    write("10.0.0.0/8 ro\n");
    assertUnchanged();
    assertEquals(2, warnings.size());
  }

  @Test
  void shouldRefuseABadFileAtTheStartInOneLine() throws IOException {
    write("10.0.0.0/8\n");
    String fault = assertThrows(IOException.class, () -> ClientListWatch.read(file)).getMessage();
    assertEquals(file + ": line 1: \"10.0.0.0/8\" has no right behind it: ro or rw", fault);
    Files.delete(file);
    fault = assertThrows(IOException.class, () -> ClientListWatch.read(file)).getMessage();
    assertEquals("no list of clients: " + file, fault);
  }
}
