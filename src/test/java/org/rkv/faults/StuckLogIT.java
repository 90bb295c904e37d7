package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.FreePort;
import org.rkv.testing.LongAgo;
import org.rkv.testing.OtherProcess;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.TestClient;

/**
 * A replica whose standard output and standard error are a full pipe that nobody reads, from its
 * first line on.
 */
@Timeout(60)
class StuckLogIT {
  private static final String HOST = "127.0.6.1";
  private static final int PUTS = 300;
  private static final int CALL_MILLIS = 2000;
  private static final long STOP_MILLIS = 3000;

  /** What fills the pipe; it takes less than that. */
  private static final String FILL = "dd if=/dev/zero of=\"$0\" bs=4096 count=1000 oflag=nonblock";

  @TempDir Path directory;

  private Path pipe;
  private InetSocketAddress address;
  private Process replica;

  @BeforeEach
  void start() throws Exception {
    pipe = directory.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    LongAgo.modified(Files.writeString(directory.resolve("replica"), HOST + "\n"));
    address = new InetSocketAddress(HOST, FreePort.find());
    List<String> command = new ArrayList<>(List.of("sh", "-c"));
    command.add("exec 3<>\"$0\"; " + FILL + " 2>/dev/null; exec \"$@\" >&3 2>&3");
    command.add(pipe.toString());
    command.addAll(ReplicaProcess.command(HOST, address.getPort()));
    command.addAll(List.of("--no-portmapper", "--log-operations"));
    replica = new ProcessBuilder(command).directory(directory.toFile()).start();
  }

  @AfterEach
  void leaveNothing() {
    replica.destroyForcibly();
  }

  @Test
  void shouldServeWhileNobodyReadsItsLogAndStopInTime() throws Exception {
    causeLines();
    replica.destroy();
    assertTrue(replica.waitFor(STOP_MILLIS, TimeUnit.MILLISECONDS), "it waits for the pipe");
    assertEquals(0, replica.exitValue());
  }

  @Test
  void shouldWriteItsLinesToTheLastOneWhenSomebodyReads() throws Exception {
    causeLines();
    OtherProcess.signal("HUP", replica.pid());
    causeLines(); // it ends nothing
    try (InputStream reader = Files.newInputStream(pipe)) {
      replica.destroy();
      List<String> lines =
          new String(reader.readAllBytes(), StandardCharsets.US_ASCII)
              .replace("\0", "")
              .lines()
              .toList();
      assertEquals(2 * PUTS, lines.stream().filter(line -> line.startsWith("PUT: ")).count());
      List<String> log = lines.stream().filter(line -> line.contains(HOST + " INFO: ")).toList();
      assertTrue(log.get(0).contains("listening at") || log.get(0).contains("serving at"));
      String last = log.get(log.size() - 1);
      assertTrue(last.matches("\\S+ \\S+[+-]\\d{4} " + HOST + " INFO: stopped"), last);
    }
    assertEquals(0, replica.waitFor());
  }

  /** Each PUT is a line, and so is each stranger. */
  private void causeLines() throws Exception {
    try (TestClient client = connect()) {
      client.timeoutMillis(CALL_MILLIS);
      for (int i = 0; i < PUTS; i++) {
        int code = client.put("k", "v");
        assertTrue(code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET, "answer " + code);
      }
    }
  }

  private TestClient connect() throws Exception {
    Eventually.until("it serves", this::isServing, () -> "not at " + address);
    return TestClient.connect(address, CALL_MILLIS);
  }

  private boolean isServing() {
    try (TestClient client = TestClient.connect(address, CALL_MILLIS)) {
      return !client.timeoutMillis(CALL_MILLIS).get("k").equals("" + kv.GET_FAILED);
    } catch (Exception e) {
      return false;
    }
  }
}
