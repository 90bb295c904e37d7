package org.rkv.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.replica.ReplicaName;

/** A replica's files, as kv_r.sh and the replica write them. */
class RunFilesTest {
  private static final String EARLIER = "12:00 a INFO: serving at a:1 (alone)\n12:01 a stopped\n";

  @TempDir Path directory;

  private RunFiles files;

  @BeforeEach
  void setUp() {
    files = new RunFiles(directory, "a");
  }

  @Test
  void shouldKnowNothingOfAReplicaThatWasNeverStarted() {
    assertFalse(files.isBegun());
    assertEquals(OptionalLong.empty(), files.pid());
    assertEquals(Optional.empty(), files.servedAddress());
    assertEquals(List.of(), files.endOfLog(10));
  }

  @Test
  void shouldReadTheProcessId() throws IOException {
    write("a.pid", "4711\n");

    assertTrue(files.isBegun());
    assertEquals(OptionalLong.of(4711), files.pid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1 2", "one", "99999999999999999999"})
  void shouldNotTakeAnythingForAProcessId(String content) throws IOException {
    write("a.pid", content + "\n");

    assertEquals(OptionalLong.empty(), files.pid());
  }

  /** With --log-operations a stored value is there, and may be anything. */
  @Test
  void shouldNotTakeAnythingInTheLogForTheAddress() throws IOException {
    write("a.log", EARLIER + "12:02 a INFO: serving at a:2 (copied)\n");
    write("a.start", EARLIER.length() + "\n");

    assertEquals(Optional.empty(), files.servedAddress());
  }

  @Test
  void shouldRememberTheFirstAddress() throws IOException {
    write("a.log", EARLIER + "12:02 a INFO: serving at a:2 (alone)\n");
    write("a.start", EARLIER.length() + "\n");
    files.rememberAddress("a:2");
    assertEquals(EARLIER.length() + " a:2\n", Files.readString(directory.resolve("a.start")));

    files.rememberAddress("a:3");
    assertEquals(Optional.of("a:2"), files.servedAddress());
  }

  @Test
  void shouldMakeNoStartOfAReplicaThatHasNone() throws IOException {
    files.rememberAddress("a:2");

    assertFalse(Files.exists(directory.resolve("a.start")));
  }

  @Test
  void shouldShowTheEndOfTheLogAndNothingOfAnEarlierStart() throws IOException {
    write("a.log", EARLIER + "1\n2\n3\n");
    write("a.start", EARLIER.length() + "\n");

    assertEquals(List.of("2", "3"), files.endOfLog(2));
    assertEquals(List.of("1", "2", "3"), files.endOfLog(10));
  }

  @Test
  void shouldKeepTheNameOfFilesThatAreThereUnderAnotherSpelling() throws IOException {
    ReplicaName now = new ReplicaName("A", 7);
    assertEquals("A:7", RunFiles.of(directory, now, 7).name());
    write("b.log", "");
    write("a.log", "");
    assertEquals("a", RunFiles.of(directory, now, 7).name());
    assertEquals("A:7", RunFiles.of(directory, now, 8).name(), "a is a:8 then");
    write("A:7.log", "");
    assertEquals("A:7", RunFiles.of(directory, now, 7).name());
    assertEquals("c", RunFiles.of(directory.resolve("none"), new ReplicaName("c", 0), 7).name());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text, ISO_8859_1);
  }
}
