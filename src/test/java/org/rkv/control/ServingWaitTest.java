package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.replica.ReplicaName;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;

/** Waiting for processes that stand for replicas: they write their log and do nothing else. */
@Timeout(60)
class ServingWaitTest {
  private static final int LONG_SECONDS = 40;

  @TempDir Path directory;

  private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldWaitUntilAllServeAndRememberWhere() throws Exception {
    begin("a", "exec cat");
    begin("b", "exec cat");
    try (ScriptedServer one = answering(InquiryTest.serving());
        ScriptedServer other = catchingUpOnce()) {
      assertTrue(await(LONG_SECONDS, at("a", one), at("b", other)));
      assertEquals(
          "0 " + InquiryTest.address(one) + "\n", Files.readString(directory.resolve("a.start")));
      assertEquals(
          "0 " + InquiryTest.address(other) + "\n", Files.readString(directory.resolve("b.start")));
    }
    assertEquals("", complaints.toString(UTF_8));
  }

  @Test
  void shouldSayWhatTheOneLoggedThatHasEnded() throws Exception {
    Process process = begin("a", "seq 12; echo 'a SEVERE: cannot start'");
    process.waitFor();
    begin("b", "exec cat");
    try (ScriptedServer server = answering(InquiryTest.serving())) {
      assertFalse(await(LONG_SECONDS, nowhere("a"), at("b", server)));
    }
    List<String> lines = complaints.toString(UTF_8).lines().toList();
    assertEquals("kv_r.sh: a did not start; the end of its log:", lines.get(0));
    assertEquals(11, lines.size(), lines::toString);
    assertEquals("    4", lines.get(1));
    assertEquals("    a SEVERE: cannot start", lines.get(10));
  }

  /** The pid file is of an earlier start: this one was told to keep its files elsewhere. */
  @Test
  void shouldFindTheProcessWhateverThePidFileSays() throws Exception {
    Process ended = begin("a", "exit 0");
    ended.waitFor();
    processes.add(
        new ProcessBuilder("sh", "-c", "read line", "org.rkv.replica.Main", "--host", "a")
            .directory(directory.toFile())
            .start());
    try (ScriptedServer server = answering(InquiryTest.serving())) {
      assertTrue(await(LONG_SECONDS, at("a", server)));
    }
  }

  /** As when the port is taken, and it has not noticed yet. */
  @Test
  void shouldNotTakeAnotherOneAtItsAddressForIt() throws Exception {
    begin("a", "exec cat");
    Status status = InquiryTest.serving();
    status.pid = ProcessHandle.current().pid();
    try (ScriptedServer server = answering(status)) {
      assertFalse(await(1, at("a", server)));
    }
  }

  /** A stored value is in the log with --log-operations. */
  @Test
  void shouldNotBelieveTheLog() throws Exception {
    begin("a", "echo 'PUT k moved; serving at noon '; exec cat");

    assertFalse(await(1, nowhere("a")));
  }

  @Test
  void shouldNotTakeAZombieForAReplica() throws Exception {
    begin("parent", "sh -c 'echo $$' & exec sleep 1000");
    Path log = directory.resolve("parent.log");
    Eventually.until("a child", () -> Files.readString(log).endsWith("\n"), () -> "none");
    String child = Files.readString(log).strip();
    Path stat = Path.of("/proc", child, "stat");
    Eventually.until(
        "a zombie", () -> Files.readString(stat).contains(") Z "), () -> Files.readString(stat));
    Files.writeString(directory.resolve("a.pid"), child + "\n");

    assertFalse(await(LONG_SECONDS, nowhere("a")));
  }

  @Test
  void shouldNotWaitLongerThanSaid() throws Exception {
    begin("a", "echo 'a WARNING: not serving yet: waiting for b'; exec cat");

    assertFalse(await(1, nowhere("a")));
    assertEquals(
        List.of(
            "kv_r.sh: a does not serve after 1 seconds; the end of its log:",
            "    a WARNING: not serving yet: waiting for b"),
        complaints.toString(UTF_8).lines().toList());
  }

  @Test
  void shouldWaitForOneThatServesAndAnswersNobody() throws Exception {
    Status status = InquiryTest.serving();
    status.waiting_for = "an operator to decide";
    begin("a", "exec cat");
    try (ScriptedServer server = answering(status)) {
      assertFalse(await(1, at("a", server)));
      assertEquals(
          "kv_r.sh: a answers no client after 1 seconds; the end of its log:",
          complaints.toString(UTF_8).lines().findFirst().orElse(""));
      assertEquals("0\n", Files.readString(directory.resolve("a.start")));
    }
  }

  @Test
  void shouldSayThatOneWithoutAProcessDidNotStart() throws Exception {
    assertFalse(await(LONG_SECONDS, nowhere("nobody")));
    assertEquals(
        List.of("kv_r.sh: nobody did not start; the end of its log:"),
        complaints.toString(UTF_8).lines().toList());
  }

  private boolean await(int seconds, LocalReplica... replicas) throws InterruptedException {
    PrintStream err = new PrintStream(complaints, true, UTF_8);
    return new ServingWait(List.of(replicas), seconds, new Complaints(err)).await();
  }

  /** It does not say which process it is. */
  private static ScriptedServer answering(Status status) throws Exception {
    status.pid = status.pid == 7 ? 0 : status.pid;
    return ScriptedServer.answering(InquiryTest.reply(status));
  }

  private static ScriptedServer catchingUpOnce() throws Exception {
    Status status = InquiryTest.serving();
    status.pid = 0;
    String serving = InquiryTest.reply(status);
    status.state = kv.REPLICA_CATCHING_UP;
    AtomicReference<String> answer = new AtomicReference<>(InquiryTest.reply(status));
    return ScriptedServer.start(
        connection -> {
          connection.readCall();
          connection.reply(answer.getAndSet(serving));
        });
  }

  private LocalReplica at(String name, ScriptedServer server) {
    return replica(name, InquiryTest.address(server));
  }

  private LocalReplica nowhere(String name) throws IOException {
    return replica(name, InquiryTest.nobody());
  }

  private LocalReplica replica(String name, String address) {
    ReplicaName replicaName = new ReplicaName(name, 0);
    return new LocalReplica(replicaName, address, new RunFiles(directory, name), directory);
  }

  /** As kv_r.sh does it; it lives until its standard input ends, or the script does. */
  private Process begin(String name, String script) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start();
    processes.add(process);
    Files.writeString(directory.resolve(name + ".start"), "0\n");
    Files.writeString(directory.resolve(name + ".pid"), process.pid() + "\n");
    return process;
  }
}
