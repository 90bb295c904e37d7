package org.rkv.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;

/**
 * Five replica files that spell the same five hosts in five ways; every second one leaves out the
 * host that it is on.
 */
class SpellingsIT {
  private static final Duration MENDED = Duration.ofSeconds(20);
  private static final Duration SERVING = Duration.ofSeconds(30);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private final Witnesses witnesses = new Witnesses();
  private ReplicaHosts hosts;

  @BeforeEach
  void install() throws Exception {
    hosts = new ReplicaHosts(scratch, 27, List.of(), "alpha", "beta", "gamma", "delta", "epsilon");
    List<Function<ReplicaHost, String>> spellings =
        List.of(
            ReplicaHost::name,
            SpellingsIT::full,
            host -> full(host) + ".",
            host -> host.name().toUpperCase(Locale.ROOT),
            ReplicaHost::literal);
    Map<String, String> names = new LinkedHashMap<>();
    for (ReplicaHost host : hosts.all()) {
      spellings.forEach(spelling -> names.put(spelling.apply(host), host.literal()));
    }
    for (int i = 0; i < spellings.size(); i++) {
      ReplicaHost host = hosts.get(i);
      Function<ReplicaHost, String> spelling = spellings.get(i);
      boolean leavesItselfOut = i % 2 == 1;
      host.resolve(names);
      host.list(
          hosts.all().stream()
              .filter(other -> other != host || !leavesItselfOut)
              .map(other -> other.entry(spelling.apply(other)))
              .toList());
      host.callItself(leavesItselfOut ? host.name() : spelling.apply(host));
    }
  }

  private static String full(ReplicaHost host) {
    return host.name() + ".example.org";
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    hosts.close();
  }

  @Test
  void shouldServeAfterEachRestartWhileOneIsDeadWhateverTheSpelling() throws Exception {
    hosts.startAll();
    hosts.all().forEach(witnesses::writeThrough);
    hosts.all().forEach(witnesses::readAt);
    ReplicaHosts.pass(Duration.ofSeconds(2));
    ReplicaHost dead = hosts.get(4);
    dead.kill();
    for (ReplicaHost host : hosts.all().subList(0, 4)) {
      host.terminate();
      long startNanos = System.nanoTime();
      host.start();
      Eventually.until(SERVING, host::serves, () -> host + " does not serve:\n" + host.lastLines());
      Figures.print(
          "ms until " + host + " serves, restarted while one is dead",
          Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
    }
    dead.start();
    witnesses.stop();
    Promises.assertKept("five spellings, one dead, restarts", MENDED, hosts.all(), witnesses);
  }
}
