package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.disk.WrittenDirectory;

/** Which directory is a replica's, whatever has become of the spelling of its name and its port. */
class DataPlaceTest {
  private static final int PORT = 7;

  @TempDir private Path parent;

  @Test
  void shouldNameTheFirstAsTheReplicaFileDoes() throws IOException {
    assertEquals("a", find("a", 0));
    assertEquals("a:7", find("a", 7));
    assertEquals("a", new DataPlace(parent.resolve("missing")).directoryOf(name("a", 0), PORT));
  }

  @Test
  void shouldFindTheOneThatIsThereInAnySpelling() throws IOException {
    write("a", "a:7");
    write("a:8", "a:8");
    assertEquals("a", find("a", 7));
    assertEquals("a", find("A.", 7));
    assertEquals("a:8", find("a", 8));
    write("0::1", "[::1]:7");
    assertEquals("0::1", find("::1", 7));
  }

  @Test
  void shouldKeepItWhenTheirCommonPortIsAnotherOneNow() throws IOException {
    write("a", "a:1");

    assertEquals("a", find("a", 0));
  }

  @Test
  void shouldPreferTheOneThatHoldsSomething() throws IOException {
    write("a", "a:7");
    Files.createDirectory(parent.resolve("a:7"));

    assertEquals("a", find("a", 7));
  }

  @Test
  void shouldRefuseToChooseBetweenTwo() throws IOException {
    write("a", "a:7");
    write("a:7", "a:7");

    assertRefused(
        "%s/a and %1$s/a:7 are both of replica a:7: move the one away that is not to be used");
  }

  /** It was started with another common port, and is called by that. */
  @Test
  void shouldNotStartEmptyWhereItsOwnHasTheNameOfAnotherReplica() throws IOException {
    write("b", "a:7");
    String line =
        "%s/b was written by replica a:7, which has no directory %1$s/a: rename it; or make that"
            + " one, if the replica is to start empty";

    assertRefused(line);
    Files.createDirectory(parent.resolve("a"));
    assertEquals("a", find("a", 0));
  }

  @Test
  void shouldMindNothingElseThatIsThere() throws IOException {
    Files.createDirectory(parent.resolve("lost+found"));
    Files.writeString(parent.resolve("a:7"), "a file");
    Files.createDirectory(parent.resolve("b"));
    Files.writeString(parent.resolve("b/manifest"), "damaged");

    assertEquals("a", find("a", 0));
  }

  private void assertRefused(String line) {
    IOException refusal = assertThrows(IOException.class, () -> find("a", 0));
    assertEquals(String.format(line, parent), refusal.getMessage());
  }

  private String find(String host, int port) throws IOException {
    return new DataPlace(parent).directoryOf(name(host, port), PORT);
  }

  private static ReplicaName name(String host, int port) {
    return new ReplicaName(host, port);
  }

  private void write(String directory, String replica) throws IOException {
    WrittenDirectory.make(parent.resolve(directory), replica);
  }
}
