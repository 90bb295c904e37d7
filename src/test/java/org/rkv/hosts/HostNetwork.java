package org.rkv.hosts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.testing.ProjectCopy;
import org.rkv.testing.Requirements;

/**
 * Hosts that know one another by name, as a test finds them: up, and with nothing installed but on
 * the first one, which has what a build leaves behind.
 */
final class HostNetwork implements AutoCloseable {
  private static final String ADDRESSES = "10.73.0.";
  private static final List<String> BUILT = List.of("kv_r.sh", "target/rkv", "target/rkv.jar");

  private final Path scratch;
  private final List<String> names;
  private final Lan lan;
  private final Keys keys;
  private final Map<String, Host> hosts = new LinkedHashMap<>();

  private HostNetwork(Path scratch, List<String> names, Lan lan, Keys keys) {
    this.scratch = scratch;
    this.names = names;
    this.lan = lan;
    this.keys = keys;
  }

  /** Boots all, or skips the calling test, saying why, where that is not possible. */
  static HostNetwork boot(Path scratch, List<String> names) throws Exception {
    Requirements.commands("sshd", "ssh", "ssh-keygen", "rpcbind", "rpcinfo", "mount", "tar");
    Lan lan = Lan.open(scratch);
    Keys keys = Keys.make(scratch.resolve("keys"), names);
    HostNetwork network = new HostNetwork(scratch, List.copyOf(names), lan, keys);
    try {
      network.boot();
    } catch (Exception | Error e) {
      network.close();
      throw e;
    }
    return network;
  }

  private void boot() throws Exception {
    Files.createDirectory(commonDirectory());
    List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
    names.forEach(name -> lines.add(address(name) + " " + name));
    Files.write(hostsFile(), lines);
    Files.writeString(shadowFile(), "root:*:20000:0:99999:7:::\n"); // not locked, and no password
    for (String name : names) {
      hosts.put(name, Host.boot(this, name, emptyDirectory(name)));
    }
    Path built = directory(names.get(0));
    ProjectCopy.make(built, BUILT);
    Files.write(built.resolve("replica"), names);
    for (Host host : hosts.values()) {
      host.awaitUp();
    }
  }

  private Path emptyDirectory(String name) throws IOException {
    Path directory = Files.createTempDirectory(scratch, name);
    Files.deleteIfExists(link(name));
    Files.createSymbolicLink(link(name), directory);
    return directory;
  }

  private Path link(String name) {
    return scratch.resolve(name + ".directory");
  }

  /** What a host has at {@link #commonDirectory}, as this machine sees it. */
  Path directory(String name) throws IOException {
    return link(name).toRealPath();
  }

  /** Puts another machine, which has nothing, in the place of one that has gone. */
  Host replace(String name) throws Exception {
    Host host = Host.boot(this, name, emptyDirectory(name));
    hosts.put(name, host);
    host.awaitUp();
    return host;
  }

  Host host(String name) {
    return hosts.get(name);
  }

  Path scratch() {
    return scratch;
  }

  Lan lan() {
    return lan;
  }

  Keys keys() {
    return keys;
  }

  /** Where each host has its own directory. */
  Path commonDirectory() {
    return scratch.resolve("rkv");
  }

  Path hostsFile() {
    return scratch.resolve("hosts");
  }

  Path shadowFile() {
    return scratch.resolve("shadow");
  }

  String address(String name) {
    return ADDRESSES + (names.indexOf(name) + 1);
  }

  String hardwareAddress(String name) {
    return "02:00:00:00:00:0" + (names.indexOf(name) + 1);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Host host : hosts.values()) {
      host.close();
    }
    lan.close();
  }
}
