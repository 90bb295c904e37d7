package org.rkv.hosts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.rkv.testing.Eventually;
import org.rkv.testing.Outcome;
import org.rkv.testing.Requirements;

/**
 * This machine once more, in namespaces of its own: with its files, its Debian packages, and its
 * systemd as the first process, which starts nothing but the journal. What is written there is kept
 * in memory. It is gone when it is closed, and with the test's JVM at the latest.
 */
final class DebianMachine implements AutoCloseable {
  /** Where the scratch directory is seen inside. */
  static final String SCRATCH = "/mnt";

  private static final Duration BOOT = Duration.ofSeconds(30);
  private static final Duration COMMAND = Duration.ofSeconds(60);

  /** Ends the machine when the JVM closes its standard input, or is no more. */
  private static final String HOLD =
      """
      unshare -m -n -u -i -p --fork --kill-child sh -c "$1" boot "$2" "$3" "$4" </dev/null &
      cat >/dev/null
      kill -s KILL $!
      wait $!
      """;

  /**
   * Without what systemd would start, what would set the kernel's variables or mount disks, and
   * what man-db does after each installation, which takes seconds.
   */
  private static final String BOOT_SCRIPT =
      """
      set -e
      mount --make-rprivate /
      mount -t tmpfs tmpfs "$1/machine"
      cd "$1/machine"
      mkdir cgroup upper work root
      mount -t cgroup2 cgroup2 cgroup
      mkdir "cgroup$2"
      echo 0 >"cgroup$2/cgroup.procs"
      mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root
      mount --bind "$1" root/mnt
      cd root
      rm -rf usr/sbin/policy-rc.d var/lib/man-db/auto-update etc/fstab etc/systemd/system/*.wants usr/lib/systemd/system/*.wants
      mount -t proc proc proc
      mount --bind proc/sys proc/sys
      mount -o remount,bind,ro proc/sys
      mount -t sysfs -o ro sysfs sys
      mount -t tmpfs tmpfs run
      mount -t tmpfs tmpfs tmp
      mount -t tmpfs -o mode=755 tmpfs dev
      mkdir dev/shm dev/pts
      mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
      ln -s pts/ptmx dev/ptmx
      ln -s /proc/self/fd dev/fd
      for device in null zero full random urandom tty; do
        true >"dev/$device"
        mount --bind "/dev/$device" "dev/$device"
      done
      mkdir -p run/systemd/system
      cat >run/systemd/system/test.target <<END
      [Unit]
      DefaultDependencies=no
      Wants=systemd-journald.service
      AllowIsolate=yes
      END
      ip link set lo up
      hostname machine
      pivot_root . tmp
      echo ready
      exec unshare -C sh -c "$3" </dev/null >/dev/null 2>&1
      """;

  private static final String INIT_SCRIPT =
      """
      umount -l /tmp && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
        exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
          /lib/systemd/systemd --system --unit=test.target
      """;

  /** systemd leaves groups behind when it is killed. */
  private static final String CLEAR_SCRIPT =
      """
      mount -t cgroup2 cgroup2 "$1" && [ ! -d "$1$2" ] ||
        find "$1$2" -depth -type d -exec rmdir {} \\;
      """;

  private final Path scratch;
  private final String cgroup;
  private final Process holder;
  private long init;

  private DebianMachine(Path scratch, String cgroup, Process holder) {
    this.scratch = scratch;
    this.cgroup = cgroup;
    this.holder = holder;
  }

  /**
   * Boots one, or skips the calling test, saying why, where that is not possible.
   *
   * @param scratch an existing directory, which is {@link #SCRATCH} inside
   */
  static DebianMachine boot(Path scratch) throws Exception {
    Requirements.commands("unshare", "nsenter", "mount", "pivot_root", "ip", "dpkg", "adduser");
    Requirements.file("/lib/systemd/systemd", "systemd");
    Files.createDirectory(scratch.resolve("machine"));
    String cgroup = ownCgroup() + "/rkv-" + scratch.getFileName();
    List<String> command = new ArrayList<>(List.of("sh", "-c", HOLD, "hold", BOOT_SCRIPT));
    command.addAll(List.of(scratch.toString(), cgroup, INIT_SCRIPT));
    Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
    DebianMachine machine = new DebianMachine(scratch, cgroup, holder);
    String answer = holder.inputReader(ISO_8859_1).readLine();
    if (!"ready".equals(answer)) {
      machine.close();
      Assumptions.abort("needs root, for namespaces and an overlay file system: " + answer);
    }
    try {
      machine.awaitUp();
    } catch (AssertionError neverUp) {
      machine.close();
      throw neverUp;
    }
    return machine;
  }

  private static String ownCgroup() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
        .filter(line -> line.startsWith("0::"))
        .map(line -> line.substring("0::".length()).replaceAll("/$", ""))
        .findFirst()
        .orElse("");
  }

  private void awaitUp() {
    Eventually.until(
        BOOT,
        () -> {
          init =
              holder
                  .children()
                  .findFirst()
                  .orElseThrow()
                  .children()
                  .findFirst()
                  .orElseThrow()
                  .pid();
          return run("systemctl is-system-running").stdout().equals("running\n");
        },
        () -> {
          try {
            return run("systemctl status --no-pager; systemctl --failed --no-pager").toString();
          } catch (IOException | InterruptedException e) {
            return e.toString();
          }
        });
  }

  /** Runs a line of shell as root to its end. */
  Outcome run(String line) throws IOException, InterruptedException {
    Path stdout = Files.createTempFile(scratch, "run", ".out");
    Path stderr = Files.createTempFile(scratch, "run", ".err");
    List<String> command = new ArrayList<>(List.of("nsenter", "-t", Long.toString(init)));
    command.addAll(List.of("-m", "-n", "-u", "-i", "-p", "-C", "sh", "-c", "cd / && " + line));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    builder.redirectInput(new File("/dev/null"));
    Process process =
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + line);
    }
    return new Outcome(
        process.exitValue(),
        Files.readString(stdout, ISO_8859_1),
        Files.readString(stderr, ISO_8859_1));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    holder.getOutputStream().close();
    holder.waitFor();
    Path place = Files.createTempDirectory(scratch, "cgroup");
    new ProcessBuilder("unshare", "-m", "sh", "-c", CLEAR_SCRIPT, "clear", place.toString(), cgroup)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
