package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;

/**
 * An Ethernet that exists only in a network namespace: a bridge, to which {@link Host}s are
 * plugged. Nothing of this machine's own network is touched. When the namespace ends, and be it
 * with the test's JVM, all is gone.
 */
final class Lan implements AutoCloseable {
  private static final String BRIDGE = "lan";

  private final Path scratch;
  private final NetworkNamespace namespace;
  private int plugs;

  private Lan(Path scratch, NetworkNamespace namespace) {
    this.scratch = scratch;
    this.namespace = namespace;
  }

  /**
   * Makes one, or skips the calling test, saying why, where that is not possible.
   *
   * @param scratch an existing directory for the files that this class needs
   */
  static Lan open(Path scratch) throws IOException, InterruptedException {
    NetworkNamespace namespace = NetworkNamespace.open(scratch);
    Outcome bridge = namespace.run("ip", "link", "add", BRIDGE, "type", "bridge");
    if (bridge.status() != 0) {
      namespace.close();
      Assumptions.abort("needs a bridge in a network namespace: " + bridge);
    }
    Lan lan = new Lan(scratch, namespace);
    lan.run("ip link set " + BRIDGE + " up");
    return lan;
  }

  /** A command that will run in this network. */
  ProcessBuilder enter(List<String> command) {
    return namespace.enter(scratch, command);
  }

  /**
   * Connects the network namespace of a process, whose end of the cable is called eth0. The cable
   * goes away with the namespace.
   *
   * @param hardwareAddress the same for a host that takes another's place, as its address is: the
   *     others may remember it
   */
  void plug(long pid, String hardwareAddress) throws IOException, InterruptedException {
    String plug = "plug" + plugs++;
    run(
        "ip link add "
            + plug
            + " type veth peer name eth0 address "
            + hardwareAddress
            + " netns "
            + pid);
    run("ip link set " + plug + " master " + BRIDGE + " up");
  }

  private void run(String command) throws IOException, InterruptedException {
    Outcome outcome = namespace.run(command.split(" "));
    assertEquals(0, outcome.status(), () -> command + ": " + outcome);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    namespace.close();
  }
}
