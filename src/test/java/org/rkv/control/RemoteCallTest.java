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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.ReplicaName;
import org.rkv.testing.Eventually;

/** A shell stands for ssh and for the machine that it reaches. */
@Timeout(60)
class RemoteCallTest {
  private static final ReplicaName NAME = new ReplicaName("a", 0);
  private static final long LONG_MILLIS = 40_000;

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldHandOnWhatTheMachineSays() throws Exception {
    RemoteCall call = ended("echo one; echo two >&2; printf 'three\\r\\nfour' >&2");

    assertTrue(report(call));
    assertEquals("one\n", out.toString(UTF_8));
    assertEquals("a: two\na: three\na: four\n", err.toString(UTF_8));
  }

  @Test
  void shouldReadTheRowThatTheMachinePrints() throws Exception {
    RemoteCall call =
        ended(
            "printf 'a\\tx\\ty\\tz\\tlog\\nkv_r.sh row\\ta\\t10.0.0.1:1\\t7\\tserving\\tlog\\t-\\t-\\n'");

    assertEquals(new Row("a", "10.0.0.1:1", "7", "serving", "log", "-", "-"), call.row("a:1"));
  }

  @Test
  void shouldTellWhyAMachineTellsNothing() throws Exception {
    assertEquals(
        new Row("a", "a:1", "-", "unreachable", "-", "-", "-"), ended("exit 255").row("a:1"));
    assertEquals(
        new Row("a", "a:1", "-", "not-installed", "-", "-", "-"), ended("exit 66").row("a:1"));
    assertEquals(new Row("a", "a:1", "-", "unknown", "-", "-", "-"), ended("exit 1").row("a:1"));
    assertEquals(
        new Row("a", "a:1", "-", "unknown", "-", "-", "-"), ended("echo Welcome!").row("a:1"));
  }

  @Test
  void shouldSayHowTheScriptGetsThere() throws Exception {
    assertFalse(report(ended("exit 66")));
    assertEquals(
        "kv_r.sh: a: no kv_r.sh in /there there; \"./kv_r.sh install a\" copies it\n",
        err.toString(UTF_8));
  }

  @Test
  void shouldEndWhatIsLate() throws Exception {
    Path pid = directory.resolve("pid");
    RemoteCall call = begin("sh", "-c", "echo $$ >" + pid + "; exec sleep 1000");
    Eventually.until("an ssh", () -> Files.exists(pid) && Files.size(pid) > 0, () -> "none");
    call.await(1);

    assertFalse(report(call));
    assertEquals("kv_r.sh: a: no answer by ssh in time\n", err.toString(UTF_8));
    assertEquals("unreachable", call.row("a:1").state());
    long number = Long.parseLong(Files.readString(pid).strip());
    assertTrue(LiveProcess.of(number).isEmpty(), "it left its ssh behind");
  }

  @Test
  void shouldSayThatThereIsNoSsh() throws Exception {
    RemoteCall call = begin("/nowhere/ssh");
    call.await(LONG_MILLIS);

    assertFalse(report(call));
    assertTrue(err.toString(UTF_8).startsWith("a: Cannot run program \"/nowhere/ssh\""));
    assertEquals("unknown", call.row("a:1").state());
  }

  private RemoteCall ended(String script) throws Exception {
    RemoteCall call = begin("sh", "-c", script);
    call.await(LONG_MILLIS);
    return call;
  }

  private static RemoteCall begin(String... command) throws IOException {
    return RemoteCall.begin(
        NAME, "/there", List.of(command), ChildProcesses.NULL, new ChildProcesses());
  }

  private boolean report(RemoteCall call) throws IOException {
    return call.report(
        new PrintStream(out, true, UTF_8), new Complaints(new PrintStream(err, true, UTF_8)));
  }
}
