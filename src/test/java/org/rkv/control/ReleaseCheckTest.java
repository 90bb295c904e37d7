package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.replica.ReplicaFile;

/** What may be restarted beside a replica of release 1.0.0, one of ours, and one that is away. */
@Timeout(60)
class ReleaseCheckTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private ScriptedServer old;
  private ScriptedServer ours;

  @BeforeEach
  void start() throws Exception {
    old = ScriptedServer.answering(InquiryTest.replyOfRelease100());
    ours = ScriptedServer.answering(InquiryTest.reply(InquiryTest.serving()));
    Files.writeString(
        directory.resolve("replica"), name(old) + " " + name(ours) + " 127.0.0.1:1\n");
  }

  @AfterEach
  void stop() throws Exception {
    old.close();
    ours.close();
  }

  @Test
  void shouldRefuseWhereAnotherOneWouldGoOnThatDoesNotWorkTogetherWithIt() {
    Refusal refusal = assertThrows(Refusal.class, () -> check(name(ours), "127.0.0.1:1"));

    assertEquals(
        name(old)
            + " (1.0.0): of a release that does not work together with unknown, so none is stopped;"
            + " restart all with --all-at-once, without names: nothing that they hold is kept then",
        refusal.getMessage());
    assertEquals(1, refusal.exitStatus());
  }

  @Test
  void shouldLetTheLastOneBeRestarted() throws Exception {
    check(name(old));

    assertEquals("", out.toString(UTF_8));
  }

  @Test
  void shouldSayThatNothingIsKeptWhereAllAreRestartedAtOnce() throws Exception {
    check();

    String line =
        name(old)
            + " (1.0.0): of a release that does not work together with unknown: all are restarted"
            + " at once, and nothing that they hold is kept\n";
    assertEquals(line, out.toString(UTF_8));
    check(name(ours), "127.0.0.1:1", name(old));
    assertEquals(line + line, out.toString(UTF_8));
  }

  @Test
  void shouldSayNothingWhereAllWorkTogether() throws Exception {
    Files.writeString(directory.resolve("replica"), name(ours) + " 127.0.0.1:1\n");

    check();
    check(name(ours));

    assertEquals("", out.toString(UTF_8));
  }

  private void check(String... names) throws Exception {
    ReplicaFile file = ReplicaFile.read(directory.resolve("replica"));
    new ReleaseCheck(new ControlSettings(directory, Map.of()), new PrintStream(out, true, UTF_8))
        .check(file, Choice.of(file, 7, List.of(names), false, host -> true));
  }

  private static String name(ScriptedServer server) {
    return InquiryTest.address(server);
  }
}
