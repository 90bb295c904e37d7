package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.Outcome;

/** The Debian package, by dpkg and systemd: what it does, and above all what it leaves alone. */
@Tag("alone")
final class DebIT {
  private static final String SAME = DebianMachine.SCRATCH + "/rkv.deb";
  private static final String NEXT = DebianMachine.SCRATCH + "/next.deb";

  /** The package of a release to come, with another jar. */
  private static final String MAKE_NEXT =
      """
      set -e
      dpkg-deb -R /mnt/rkv.deb /tmp/next
      cd /tmp/next
      sed -i 's/^Version: .*/&+next/' DEBIAN/control
      head -c 1000000 /dev/urandom >usr/share/rkv/rkv.jar.other
      cat usr/share/rkv/rkv.jar >>usr/share/rkv/rkv.jar.other
      mv usr/share/rkv/rkv.jar.other usr/share/rkv/rkv.jar
      dpkg-deb -Znone -b . /mnt/next.deb
      """;

  @TempDir private Path scratch;

  private DebianMachine machine;

  @BeforeEach
  void boot() throws Exception {
    Files.copy(deb(), scratch.resolve("rkv.deb"));
    machine = DebianMachine.boot(scratch);
    String provided = run("dpkg-query -W -f '${Provides}'");
    Assumptions.assumeTrue(
        provided.contains("java17-runtime-headless"), "needs the package default-jre-headless");
  }

  private static Path deb() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+)<.*", "$1");
    return Path.of("target/rkv_" + version + "_all.deb");
  }

  @AfterEach
  void shutDown() throws Exception {
    if (machine != null) {
      machine.close();
    }
  }

  private String run(String line) throws Exception {
    Outcome outcome = machine.run(line);
    assertEquals(0, outcome.status(), () -> line + ": " + outcome);
    return outcome.stdout();
  }

  private String property(String name) throws Exception {
    return run("systemctl show --value -p " + name + " rkv").strip();
  }

  private String journal() throws Exception {
    return run("journalctl --no-pager -u rkv -o cat");
  }

  @Test
  void shouldStartNothingBeforeTheReplicaFileNamesReplicas() throws Exception {
    String said = run("dpkg -i " + SAME);

    assertTrue(said.contains("into /etc/rkv/replica, the same on each host"), said);
    assertEquals(
        "/etc/rkv/replica\n/etc/rkv/rkv.env\n", run("cat /var/lib/dpkg/info/rkv.conffiles"));
    assertEquals("", run("dpkg -V rkv"));
    assertEquals("", run("find $(dpkg -L rkv) -maxdepth 0 ! -user root"));
    assertEquals(
        "/usr/share/rkv/rkv-alerts.yml\n/usr/share/rkv/rkv-dashboard.json\n",
        run("ls /usr/share/rkv/rkv-alerts.yml /usr/share/rkv/rkv-dashboard.json"));
    assertEquals("disabled\n", machine.run("systemctl is-enabled rkv").stdout());
    assertEquals("inactive", property("ActiveState"));

    machine.run("systemctl start rkv");
    Eventually.until("given up", () -> property("ActiveState").equals("failed"), this::journal);
    assertTrue(journal().contains("/etc/rkv/replica names no replica: write "), journal());
    assertEquals("2", property("ExecMainStatus"));
    assertEquals("0", property("NRestarts"), "what no new start mends");
    assertEquals("", run("ss -Hltun sport = :20456"));
  }

  @Test
  void shouldLeaveAReplicaAndFilesOfTheOperatorAlone() throws Exception {
    run("sh -c '" + MAKE_NEXT.replace("'", "'\\''") + "'");
    run("dpkg -i " + SAME);
    run("echo 127.0.0.1 >>/etc/rkv/replica");
    run("echo 'RKV_OPTS=\"--capacity 2000\"' >>/etc/rkv/rkv.env");
    run("systemctl enable --now rkv");
    awaitServing();
    run("for i in $(seq 1000); do echo PUT k$i v$i; done | rkv 127.0.0.1 -");
    String process = property("MainPID");

    String said = run("dpkg -i " + NEXT);

    assertTrue(said.contains("Restart one host after another"), said);
    assertEquals(process, property("MainPID"));
    assertEquals("0", property("NRestarts"));
    assertTrue(run("rkv 127.0.0.1 GET k1000").contains("value=\"v1000\""));
    assertTrue(run("rkv 127.0.0.1 DIGEST").contains("1000"), "classes of the former jar are there");
    assertTrue(run("cat /etc/rkv/rkv.env").contains("--capacity 2000"));
    assertEquals(
        "/usr/bin/rkv\n",
        run("find /usr/bin/rkv -newer /etc/rkv/rkv.env"),
        "what users keep of the former classes is older");

    run("systemctl restart rkv");
    awaitServing();
    assertNotEquals(process, property("MainPID"));
    assertTrue(run("rkv 127.0.0.1 GET k1000").contains("value=\"v1000\""), "it is on the disk");
    assertTrue(run("rkv 127.0.0.1 STATUS").contains("data: in /var/lib/rkv/data, complete"));
    run("systemctl stop rkv");
    assertEquals("inactive", property("ActiveState"), "and not failed");
    run("dpkg -i " + NEXT);
    assertEquals("inactive", property("ActiveState"));

    run("mv /var/lib/rkv/data/manifest /tmp");
    machine.run("systemctl start rkv");
    Eventually.until("given up", () -> property("ActiveState").equals("failed"), this::journal);
    assertTrue(
        journal()
            .contains("cannot start: the data directory /var/lib/rkv/data: it has no manifest"),
        journal());
    assertEquals("2", property("ExecMainStatus"));
    assertEquals("0", property("NRestarts"), "what no new start mends");

    run("mv /tmp/manifest /var/lib/rkv/data");
    run("systemctl start rkv");
    awaitServing();
    run("echo secret >/etc/rkv/secret");
    run("dpkg -r rkv");
    assertEquals("", machine.run("pgrep -u rkv").stdout(), "stopped");
    assertEquals("data\n", run("ls /var/lib/rkv"));
    assertTrue(run("cat /etc/rkv/replica").contains("\n127.0.0.1\n"));

    said = run("dpkg -P rkv");

    assertTrue(said.contains("removing /var/lib/rkv"), said);
    assertEquals("secret\n", run("ls /etc/rkv"));
    assertNotEquals(0, machine.run("ls /var/lib/rkv").status());
    assertEquals(
        "", machine.run("find /etc/systemd -name 'rkv*'").stdout(), "what enable had made");
  }

  private void awaitServing() {
    Eventually.until(
        "serving",
        () -> machine.run("rkv 127.0.0.1 STATUS").stdout().contains("state: serving"),
        this::journal);
  }
}
