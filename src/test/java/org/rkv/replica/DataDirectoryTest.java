package org.rkv.replica;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.disk.FileVolume;
import org.rkv.disk.RefusedException;
import org.rkv.replica.data.UnreadableException;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * What a replica says of a data directory, and that it never takes one that is not as it was for an
 * empty one. Each of these is read once, since a process gives none up before its end.
 */
@Timeout(60)
class DataDirectoryTest {
  @TempDir Path directory;

  private Cluster cluster;
  private TestReplica replica;
  private Path data;

  @BeforeEach
  void makeOne() throws Exception {
    cluster = new Cluster(directory, 1);
    replica = cluster.replica(0);
    data = directory.resolve("data");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void put(String key, String value) {
    put(cluster, replica, key, value);
  }

  /** One that was announced as failed before may have stored it. */
  private static void put(Cluster cluster, TestReplica to, String key, String value) {
    Eventually.until(
        "put",
        () -> {
          try (TestClient client = to.client()) {
            int code = client.put(key, value);
            return code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET;
          }
        },
        cluster::describe);
  }

  /** Of a replica that has held a key, as if its process had ended. */
  private Path written() throws Exception {
    replica.data(data).start();
    put("k", "v");
    replica.stop();
    return copy(data, directory.resolve("copy"));
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (Path file : files(from)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
    return to;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** What is left as it is. */
  private static List<String> contents(Path directory) throws IOException {
    return files(directory).stream()
        .filter(file -> !file.endsWith("lock"))
        .map(DataDirectoryTest::text)
        .toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError("cannot be read", e);
    }
  }

  private static Path newestLog(Path directory) throws IOException {
    List<Path> logs =
        files(directory).stream().filter(file -> file.toString().endsWith(".log")).toList();
    return logs.get(logs.size() - 1);
  }

  private void assertRefused(String line, Path refused) {
    IOException refusal = assertThrows(IOException.class, () -> replica.data(refused).start());
    assertFalse(refusal instanceof UnreadableException, "it may be had later");
    assertEquals(line, refusal.getMessage());
  }

  private void assertUnreadable(String reason, Path refused) throws IOException {
    List<String> before = contents(refused);
    UnreadableException refusal =
        assertThrows(UnreadableException.class, () -> replica.data(refused).start());
    String line = refusal.getMessage();
    assertTrue(line.startsWith("the data directory " + refused + ": "), line);
    assertTrue(line.contains(reason), line);
    assertEquals(1, line.lines().count(), line);
    assertEquals(before, contents(refused), "nothing is changed");
  }

  @Test
  void shouldHoldAfterARestartWhatWasPutBefore() throws Exception {
    Path copy = written();
    assertTrue(
        replica.log().contain("WARNING: the data directory " + data + " was not there: it is made"),
        cluster::describe);

    replica.data(copy).start();

    put("another", "v");
    try (TestClient client = replica.client()) {
      assertEquals("v", client.stub().GET_1("k").value.value);
      DataStatus status = client.stub().STATUS_1().data;
      assertEquals(copy.toString(), status.directory);
      assertEquals(kv.STANDING_COMPLETE, status.standing);
      assertFalse(status.was_empty);
      assertFalse(status.full);
      assertTrue(status.file_bytes > 0);
      assertEquals(0, status.unforced_bytes);
    }
    assertFalse(replica.log().contain("a task failed"), cluster::describe);
  }

  @Test
  void shouldTellOfANewDirectoryForAsLongAsItRuns() throws Exception {
    replica.data(data).start();
    put("k", "v");

    try (TestClient client = replica.client()) {
      assertTrue(client.stub().STATUS_1().data.was_empty);
    }
  }

  @Test
  void shouldSayThatTheDirectoryItIsToBeMadeInIsNotThere() {
    Path missing = directory.resolve("not/mounted");

    assertRefused(
        "the data directory "
            + missing
            + " cannot be made: there is no directory "
            + missing.getParent(),
        missing);
  }

  @Test
  void shouldSayThatItMayNotBeWrittenUnlessItMay() throws Exception {
    Files.createDirectory(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-xr-xr-x"));
    if (Files.isWritable(data)) { // as root
      replica.data(data).start();
      put("k", "v");
      return;
    }

    assertRefused("the data directory " + data + " may not be written", data);
  }

  @Test
  void shouldSayThatItIsAFile() throws Exception {
    Files.createFile(data);

    assertRefused("the data directory " + data + " is not a directory", data);
  }

  /** Clients could list it, and neither write nor delete it. */
  @Test
  void shouldRefuseAMaximalLengthThatIsTooSmallForWhatItHolds() throws Exception {
    replica.data(data).limits(256, 100).start();
    put("key", "v".repeat(98));
    put("key", "v".repeat(50));
    replica.stop();
    Path copy = copy(data, directory.resolve("copy"));
    replica.limits(256, 51);
    assertRefused(
        "the data directory "
            + copy
            + " holds a key or value of 50 bytes, too large for --max-length 51: start with 52 or"
            + " more, or move what is stored through a dump",
        copy);

    assertGivenUp(copy);
    replica.limits(256, 52).data(copy).start();
    put("key", "v".repeat(50));
  }

  @Test
  void shouldGiveUpItsDirectoryWhereItCannotListen() throws Exception {
    Path copy = written();
    try (ServerSocket other = new ServerSocket()) {
      other.bind(replica.address());
      IOException refusal = assertThrows(IOException.class, () -> replica.data(copy).start());
      assertTrue(refusal.getMessage().startsWith("cannot listen at"), refusal.getMessage());
    }
    assertGivenUp(copy);
  }

  @Test
  void shouldSayThatItIsInUse() throws Exception {
    written();

    assertRefused("the data directory " + data + " is in use by another process", data);
  }

  @Test
  void shouldSayWhoseDirectoryItWas() throws Exception {
    Path copy = written();
    try (Cluster others = new Cluster(directory, 1)) {
      TestReplica other = others.replica(0).data(copy).start();
      put(others, other, "another", "v");

      assertTrue(
          other
              .log()
              .contain(
                  "WARNING: the data directory was written by replica " + replica.shown() + ", "),
          others::describe);
    }
  }

  @Test
  void shouldRefuseANewerFormat() throws Exception {
    Path copy = written();
    Path manifest = copy.resolve("manifest");
    String newer = text(manifest).replace("format 1", "format 2") + "what is new\n";
    Files.writeString(manifest, newer, ISO_8859_1);

    assertUnreadable("another format than 1", copy);
  }

  /** Changes a bit of what had been forced. */
  private static Path damage(Path copy) throws IOException {
    Path log = newestLog(copy);
    byte[] bytes = Files.readAllBytes(log);
    bytes[100]++;
    Files.write(log, bytes);
    return log;
  }

  private void assertServesNothing(String reason, Path refused) throws Exception {
    List<String> before = contents(refused);
    replica.data(refused).start();
    try (TestClient client = replica.client()) {
      Eventually.holds("it waits", () -> !status(client).waiting_for.isEmpty());
      String line = status(client).waiting_for;
      assertTrue(line.startsWith("an operator: the data directory " + refused + ": "), line);
      assertTrue(line.contains(reason), line);
      assertEquals(1, line.lines().count(), line);
      assertEquals(kv.STANDING_DAMAGED, status(client).data.standing);
      assertEquals(refused.toString(), status(client).data.directory);
      assertEquals(kv.GET_FAILED, client.stub().GET_1("k").code);
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      assertTrue(replica.log().contain("SEVERE: nothing is served: the data directory"), line);
    }
    assertEquals(before, contents(refused), "nothing is changed");
  }

  private static Status status(TestClient client) {
    try {
      return client.stub().STATUS_1();
    } catch (IOException | OncRpcException e) {
      throw new AssertionError("STATUS is answered", e);
    }
  }

  @Test
  void shouldServeNothingOfADamagedFileAndSayWhatToDo() throws Exception {
    Path copy = written();
    Path log = damage(copy);

    assertServesNothing(
        log.getFileName() + " is damaged at offset 0: the checksum of its header is wrong; if",
        copy);
  }

  @Test
  void shouldServeNothingWhereAFileIsMissing() throws Exception {
    Path copy = written();
    Path log = newestLog(copy);
    Files.delete(log);

    assertServesNothing(log.getFileName() + " is ", copy);
  }

  private static void assertGivenUp(Path directory) throws IOException {
    FileVolume.open(directory).close();
  }

  /** What is done about it is done with the replica stopped, and nobody else begins meanwhile. */
  @Test
  void shouldKeepADamagedDirectoryFromOthersUntilItStops() throws Exception {
    Path copy = written();
    damage(copy);
    replica.data(copy).start();
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    Eventually.until(
        "garbage is collected",
        () -> {
          System.gc();
          return garbage.get() == null;
        },
        cluster::describe);

    assertThrows(RefusedException.class, () -> FileVolume.open(copy), "it is in use");

    replica.stop();
    assertGivenUp(copy);
  }

  @Test
  void shouldGiveUpADirectoryThatItCannotUse() throws Exception {
    Path copy = written();
    Files.delete(copy.resolve("manifest"));
    assertUnreadable("it has no manifest and is not new", copy);

    assertGivenUp(copy);
  }

  /** Nobody goes on without what the damaged one may have, until an operator has decided. */
  @Test
  void shouldSayToTheOthersThatItsDirectoryIsDamaged() throws Exception {
    try (Cluster three = new Cluster(directory, 3)) {
      for (int each = 0; each < 3; each++) {
        three.replica(each).data(directory.resolve("data" + each)).start();
      }
      put(three, three.replica(0), "k", "v");
      for (int each = 0; each < 3; each++) {
        three.stop(each);
      }
      for (int each = 0; each < 3; each++) {
        Path copy = copy(directory.resolve("data" + each), directory.resolve("again" + each));
        if (each == 2) {
          damage(copy);
        }
        three.replica(each).data(copy).start();
      }

      for (int each = 0; each < 2; each++) {
        try (TestClient client = three.replica(each).client()) {
          Eventually.until(
              "each of the others says it",
              () ->
                  Stream.of(client.stub().STATUS_1().peers)
                      .anyMatch(peer -> peer.trouble.contains("its data directory is damaged")),
              three::describe);
          assertEquals(kv.REPLICA_CATCHING_UP, status(client).state);
        }
      }
      three.stop(2);
      three.replica(2).data(directory.resolve("new")).start();
      put(three, three.replica(2), "another", "w");
      try (TestClient client = three.replica(2).client()) {
        assertEquals("v", client.stub().GET_1("k").value.value);
      }
    }
  }

  @Test
  void shouldRefuseWhereTheManifestIsMissing() throws Exception {
    Path copy = written();
    Files.delete(copy.resolve("manifest"));

    assertUnreadable("it has no manifest and is not new", copy);
  }
}
