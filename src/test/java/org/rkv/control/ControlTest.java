package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.Main;
import org.rkv.replica.ReplicaName;

/** The steps, as kv_r.sh calls them and reads what they print. */
@Timeout(60)
class ControlTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void setUp() throws IOException {
    environment.put("RKV_RUN_DIR", directory.toString());
    Files.writeString(file(), "127.0.0.1 lost.invalid 127.0.0.2:7\n");
  }

  @Test
  void shouldTellLocalReplicasFromRemoteOnes() throws Exception {
    assertEquals(0, run("choose"));
    assertEquals(
        List.of("local\t127.0.0.1", "remote\tlost.invalid", "local\t127.0.0.2:7"), printed());
  }

  @Test
  void shouldChooseOnlyThoseOfThisMachine() throws Exception {
    assertEquals(0, run("--here", "choose", "127.0.0.2"));
    assertEquals(List.of("local\t127.0.0.2:7"), printed());
  }

  /** The script asks so whether there is anything to be built for, with the words that it got. */
  @Test
  void shouldChooseWhateverIsToBeDoneWithThem() throws Exception {
    assertEquals(0, run("--here", "choose", "--all-at-once", "--other-data", "127.0.0.2"));
    assertEquals(2, run("choose", "--other"));
  }

  @Test
  void shouldLaunchThoseOfThisMachineWithFlagsForTheirLimits() throws Exception {
    environment.put("RKV_OPTS", "--capacity 1000000 --max-length 130");
    writeScript("echo \"$*\" >>begun; echo \"$RKV_JAVA_OPTS\" >>begun; echo 7 >127.0.0.2:7.pid");

    assertEquals(0, run("--here", "launch", "127.0.0.2"));
    assertEquals(
        List.of(
            "--here begin 127.0.0.2:7 127.0.0.2:7  --portmapper embedded --capacity 1000000"
                + " --max-length 130",
            "-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+UseTransparentHugePages -Xmx787m"),
        Files.readAllLines(directory.resolve("begun")));
    assertEquals("0\n", Files.readString(directory.resolve("127.0.0.2:7.start")));
  }

  @Test
  void shouldLaunchWithTheFlagsThatAreSetAndWithNoneIfTheyAreEmpty() throws Exception {
    environment.put("RKV_JAVA_OPTS", "");
    writeScript("echo \"<$RKV_JAVA_OPTS>\" >>begun; echo 7 >127.0.0.1.pid");

    assertEquals(0, run("--here", "launch", "127.0.0.1"));
    assertEquals("<>\n", Files.readString(directory.resolve("begun")));
  }

  /** The script adds it to the words of each, and class Control to those of a trial. */
  @Test
  void shouldTryAReplicaWithItsDataDirectory() throws Exception {
    environment.put("RKV_DATA", "kept");
    ControlSettings settings = new ControlSettings(directory, environment);

    assertEquals(
        List.of("--host", "127.0.0.2:7", "--data", "kept/127.0.0.2:7"),
        settings.wordsOf(new ReplicaName("127.0.0.2", 7)).subList(0, 4));
    assertTrue(settings.keepsData());
    environment.put("RKV_DATA", "");
    assertFalse(new ControlSettings(directory, environment).keepsData());
  }

  /** Else all replicas start empty when somebody adds the port to their names. */
  @Test
  void shouldLaunchAReplicaWithWhatIsThereUnderAnotherSpellingOfItsName() throws Exception {
    environment.put("RKV_DATA", "kept");
    environment.put("RKV_PORT", "7");
    Files.createDirectories(directory.resolve("kept/127.0.0.2"));
    Files.writeString(directory.resolve("127.0.0.2.log"), "");
    writeScript("printf '<%s>' \"$@\" >>begun; echo 7 >127.0.0.2.pid");

    assertEquals(0, run("--here", "launch", "127.0.0.2"));
    assertEquals(
        "<--here><begin><127.0.0.2><127.0.0.2:7><kept/127.0.0.2><--portmapper embedded>",
        Files.readString(directory.resolve("begun")));
  }

  @Test
  void shouldTakeWhatIsOneEntryForOneReplica() throws Exception {
    Files.writeString(file(), "127.0.0.1 127.0.0.1:20456\n");

    assertEquals(0, run("choose"));
    assertEquals(List.of("local\t127.0.0.1"), printed());
  }

  @Test
  void shouldLaunchTheOthersWhereOneLogCannotBeWritten() throws Exception {
    Files.createDirectory(directory.resolve("127.0.0.1.log"));
    writeScript("echo \"$*\" >>begun");

    assertEquals(1, run("--here", "launch"));
    assertEquals(
        "--here begin 127.0.0.2:7 127.0.0.2:7  --portmapper embedded\n",
        Files.readString(directory.resolve("begun")));
    assertTrue(err.toString(UTF_8).endsWith("kv_r.sh: not all could be launched\n"), err::toString);
  }

  @Test
  void shouldRefuseToStartWithTwoNamesOfOneAddress() throws Exception {
    Files.writeString(file(), "127.0.0.1 localhost lost.invalid\n");

    assertEquals(1, run("start"));
    assertEquals(
        "kv_r.sh: " + file() + ": 127.0.0.1 and localhost lead to one address: take one out\n",
        err.toString(UTF_8));
    assertEquals(List.of(), printed());
    assertEquals(0, run("choose"), "they can be stopped");
  }

  @Test
  void shouldSayWhatIsWrongWithTheFile() throws Exception {
    Files.writeString(file(), "127.0.0.1\na:b\n");

    assertEquals(1, run("choose"));
    assertEquals(
        "kv_r.sh: " + file() + ": line 2: \"a:b\" is not the name of a replica\n",
        err.toString(UTF_8));
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws Exception {
    assertEquals(2, run("choose", "nobody"));
    assertEquals(
        "kv_r.sh: the replica file does not name \"nobody\";"
            + " it names 127.0.0.1 lost.invalid 127.0.0.2:7\n",
        err.toString(UTF_8));
    assertEquals(2, run("dance"));
    assertEquals(2, run());
    assertEquals(2, run("stop", "127.0.0.1", "--all"));
    environment.put("RKV_PORT", "http");
    assertEquals(2, run("status"));
  }

  @Test
  void shouldSayThatTheFileNamesNobody() throws Exception {
    Files.writeString(file(), "# nobody\n");

    assertEquals(1, run("start"));
    assertEquals(
        "kv_r.sh: the replica file names no replica: " + file() + "\n", err.toString(UTF_8));
  }

  @Test
  void shouldPrintRowsForAnotherMachine() throws Exception {
    Files.writeString(directory.resolve("127.0.0.1.start"), "0 127.0.0.1:9\n");
    String rest =
        "\t" + directory.toRealPath() + "\t" + hashWithoutWaitingForAnRpcbind() + "\tmemory";

    Process process = beginReplica("127.0.0.1");
    try {
      assertEquals(0, run("--here", "row", "127.0.0.1", "127.0.0.2:7"));
      String pid = Long.toString(process.pid());
      assertEquals(
          List.of(
              "kv_r.sh row\t127.0.0.1\t127.0.0.1:9\t"
                  + (pid + "\tserving\t" + directory + "/127.0.0.1.log" + rest),
              "kv_r.sh row\t127.0.0.2:7\t127.0.0.2:7\t-\tstopped\t"
                  + (directory + "/127.0.0.2:7.log" + rest)),
          printed());
      assertEquals(1, run("--here", "row", "lost.invalid"));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldPrintATableOfLocalAndRemoteReplicas() throws Exception {
    environment.put("RKV_PORT", "1");
    Files.writeString(file(), "127.0.0.1 lost.invalid far.invalid\n");
    sshDoes(
        "case $1 in",
        "  far*) printf 'Welcome!\\n"
            + "kv_r.sh row\\tfar.invalid\\tfar.invalid:8\\t12\\tstarting\\tlog\\t-\\t-\\n"
            + "' ;;",
        "  *) echo no route >&2; exit 255 ;;",
        "esac");

    assertEquals(1, run("status"));
    assertEquals(
        List.of(
            "127.0.0.1 127.0.0.1:1 - stopped - - - - - - " + directory + "/127.0.0.1.log -",
            "lost.invalid lost.invalid:1 - unreachable - - - - - - - -",
            "far.invalid far.invalid:8 12 starting - - - - - - log -"),
        printed().stream().skip(1).map(line -> line.replaceAll(" +", " ")).toList());
    assertEquals("lost.invalid: no route\n", err.toString(UTF_8));
  }

  @Test
  void shouldCallUnknownWhatAnotherMachineDoesNotTell() throws Exception {
    sshDoes("echo Welcome");
    assertEquals(1, run("status", "lost.invalid"));
    assertEquals(
        "lost.invalid lost.invalid:20456 - unknown - - - - - - - -",
        printed().get(1).replaceAll(" +", " "));
  }

  @Test
  void shouldShowTheOthersWhereThereIsNoSsh() throws Exception {
    environment.put("RKV_SSH", "/nowhere/ssh -4");
    assertEquals(1, run("status", "lost.invalid", "127.0.0.1"));
    assertEquals(
        List.of("unknown", "stopped"),
        printed().stream().skip(1).map(line -> line.split(" +")[3]).toList());
    assertTrue(err.toString(UTF_8).startsWith("lost.invalid: "), err::toString);
  }

  @Test
  void shouldStopHereAndElsewhere() throws Exception {
    sshDoes("echo \"$1: stopped\"");
    Process process = beginReplica("127.0.0.1");
    try {
      assertEquals(0, run("stop"));
      assertEquals(
          List.of("127.0.0.2:7: not running", "127.0.0.1: stopped", "lost.invalid: stopped"),
          printed());
      assertFalse(Files.exists(directory.resolve("127.0.0.1.pid")));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldNotSayThatAllIsWellWhereNobodyCanReadIt() throws Exception {
    PrintStream full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int each) throws IOException {
                throw new IOException("No space left on device");
              }
            },
            true,
            UTF_8);
    PrintStream complaints = new PrintStream(err, true, UTF_8);

    assertEquals(1, new Control(file(), environment, full, complaints).run(List.of("choose")));
    assertEquals("kv_r.sh: what it prints cannot be written\n", err.toString(UTF_8));
  }

  @Test
  void shouldNameTheFileThatIsMissing() throws Exception {
    Path missing = directory.resolve("missing/replica");
    PrintStream complaints = new PrintStream(err, true, UTF_8);

    assertEquals(
        1, new Control(missing, environment, complaints, complaints).run(List.of("choose")));
    assertEquals(
        "kv_r.sh: " + missing.getParent() + ": no such file or directory\n", err.toString(UTF_8));
  }

  @Test
  void shouldWaitForReplicas() throws Exception {
    environment.put("RKV_START_SECONDS", "1");
    assertEquals(1, run("--here", "await", "127.0.0.1"));
    assertEquals("kv_r.sh: 127.0.0.1 did not start; the end of its log:\n", err.toString(UTF_8));
  }

  private static String hashWithoutWaitingForAnRpcbind() {
    return Long.toHexString(Main.optionsOf(List.of("--portmapper", "embedded")).hash());
  }

  private int run(String... arguments) throws InterruptedException {
    PrintStream printer = new PrintStream(out, true, UTF_8);
    PrintStream complaints = new PrintStream(err, true, UTF_8);
    return new Control(file(), environment, printer, complaints).run(List.of(arguments));
  }

  private void writeScript(String text) throws IOException {
    Files.writeString(directory.resolve("kv_r.sh"), text + "\n");
  }

  /** What stands for ssh gets a host and a command. */
  private void sshDoes(String... lines) throws IOException {
    Path ssh = directory.resolve("ssh.sh");
    Files.write(ssh, List.of(lines));
    environment.put("RKV_SSH", "sh " + ssh);
  }

  /** A process that has what a replica is known by; it ends when it is told to. */
  private Process beginReplica(String host) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", "read line", "org.rkv.replica.Main", "--host", host)
            .directory(directory.toFile())
            .start();
    Files.writeString(directory.resolve(host + ".pid"), process.pid() + "\n");
    return process;
  }

  private List<String> printed() {
    return out.toString(UTF_8).lines().toList();
  }

  private Path file() {
    return directory.resolve("replica");
  }
}
