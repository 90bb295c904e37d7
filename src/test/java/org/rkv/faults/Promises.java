package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;

/** What some replicas together promise, and whether they keep it. */
final class Promises {
  private final List<ReplicaHost> hosts;
  private final Witnesses witnesses;
  private final Set<ReplicaHost> unwritten;

  private Promises(List<ReplicaHost> hosts, Witnesses witnesses) {
    this.hosts = hosts;
    this.witnesses = witnesses;
    unwritten = new LinkedHashSet<>(hosts);
  }

  /**
   * Checks that within this time from now, without anybody doing anything, each of these replicas
   * answers clients and takes writes, all hold the same and know that they do, and each
   * acknowledged write is on each; and that no GET answered what was overwritten.
   *
   * @param what was done to them, for the report
   */
  static void assertKept(
      String what, Duration within, List<ReplicaHost> hosts, Witnesses witnesses) {
    Promises promises = new Promises(hosts, witnesses);
    long start = System.nanoTime();
    Eventually.until(within, () -> promises.broken().isEmpty(), () -> promises.report(what));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertEquals(List.of(), witnesses.staleReads(), () -> promises.report(what));
    Figures.print(
        "ms until all was well, " + witnesses.acknowledgements() + " writes acknowledged, " + what,
        millis);
  }

  /** What is not as promised at this moment. */
  private List<String> broken() {
    List<String> broken = new ArrayList<>();
    for (ReplicaHost host : hosts) {
      if (host.serves()) {
        broken.addAll(witnesses.lostAt(host));
      } else {
        broken.add(host + " does not serve");
      }
    }
    // Once each: a write leaves something unsettled for a moment.
    unwritten.removeIf(host -> host.put("through " + host, "now"));
    for (ReplicaHost host : unwritten) {
      broken.add("no write through " + host + " succeeds");
    }
    Digests digests = Digests.of(hosts.stream().map(ReplicaHost::address).toList(), false);
    if (!digests.areEqual()) {
      broken.add("digests:\n" + digests);
    }
    return broken;
  }

  private String report(String what) {
    List<String> lines = new ArrayList<>();
    lines.add(what + ", " + witnesses.acknowledgements() + " writes acknowledged");
    lines.addAll(broken());
    lines.addAll(witnesses.staleReads());
    hosts.forEach(host -> lines.add(host.lastLines()));
    return String.join("\n", lines);
  }
}
