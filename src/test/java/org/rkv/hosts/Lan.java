package org.rkv.hosts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.rkv.interop.Requirements;

/**
 * An Ethernet that exists only in a network namespace: a bridge, to which {@link Host}s are
 * plugged. Nothing of this machine's own network is touched. A holder process keeps it; when that
 * ends, and be it with the test's JVM, all is gone.
 */
final class Lan implements AutoCloseable {
  private static final String BRIDGE = "lan";
  private static final String HOLD =
      "ip link set lo up && ip link add "
          + BRIDGE
          + " type bridge && ip link set "
          + BRIDGE
          + " up && echo ready && cat";

  private final Process holder;
  private int plugs;

  private Lan(Process holder) {
    this.holder = holder;
  }

  /** Makes one, or skips the calling test, saying why, where that is not possible. */
  static Lan open() throws IOException, InterruptedException {
    Requirements.commands("unshare", "nsenter", "ip");
    Process holder =
        new ProcessBuilder("unshare", "-n", "-m", "sh", "-c", HOLD)
            .redirectErrorStream(true)
            .start();
    Lan lan = new Lan(holder);
    String answer = firstLine(holder);
    if (!"ready".equals(answer)) {
      lan.close();
      Assumptions.abort("needs root, for a network namespace with a bridge: " + answer);
    }
    return lan;
  }

  static String firstLine(Process process) throws IOException {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))
        .readLine();
  }

  /** A command that will run in this network. */
  ProcessBuilder enter(List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-n"));
    all.addAll(command);
    return new ProcessBuilder(all).redirectErrorStream(true);
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
    Process process = enter(List.of(command.split(" "))).start();
    String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertEquals(0, process.waitFor(), () -> command + ": " + out);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    holder.getOutputStream().close();
    if (!holder.waitFor(10, TimeUnit.SECONDS)) {
      holder.destroyForcibly().waitFor();
    }
  }
}
