package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and configuration files of ssh: one key to log in with, one for each host. The account
 * that runs the test can log in with it to the hosts, and to nothing else.
 */
final class Keys {
  private final Path directory;

  private Keys(Path directory) {
    this.directory = directory;
  }

  /** Makes all keys. */
  static Keys make(Path directory, List<String> hosts) throws IOException, InterruptedException {
    Keys keys = new Keys(Files.createDirectories(directory));
    keys.generate("login");
    List<String> known = new ArrayList<>();
    for (String host : hosts) {
      keys.generate(host);
      known.add(host + " " + Files.readString(keys.file(host + ".pub")).strip());
    }
    Files.write(keys.file("known_hosts"), known);
    keys.writeConfigurations(hosts);
    return keys;
  }

  private void generate(String name) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name) + "")
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor(), "ssh-keygen");
  }

  private void writeConfigurations(List<String> hosts) throws IOException {
    Files.write(
        file("ssh_config"),
        List.of(
            "User root",
            "IdentityFile " + file("login"),
            "IdentitiesOnly yes",
            "UserKnownHostsFile " + file("known_hosts"),
            "GlobalKnownHostsFile /dev/null",
            "StrictHostKeyChecking yes",
            "BatchMode yes",
            "ConnectTimeout 5"));
    for (String host : hosts) {
      Files.write(
          file(host + ".sshd_config"),
          List.of(
              "HostKey " + file(host),
              "AuthorizedKeysFile " + file("login.pub"),
              "StrictModes no", // the directory of a test is in /tmp, where all may write
              "PermitRootLogin prohibit-password",
              "PasswordAuthentication no",
              "UsePAM no",
              "UseDNS no",
              "PidFile none",
              "MaxStartups 100",
              // With this level bash leaves alone what root's .bashrc does on this machine: it may
              // take a lock, which a host that loses its power does not give back.
              "SetEnv SHLVL=2 JAVA_HOME=" + System.getProperty("java.home")));
    }
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /** The value of RKV_SSH. */
  String sshCommand() {
    return "ssh -F " + file("ssh_config");
  }

  /** What the server of this host is started with. */
  Path serverConfiguration(String host) {
    return file(host + ".sshd_config");
  }
}
