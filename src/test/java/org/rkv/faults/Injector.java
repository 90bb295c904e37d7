package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ShellCluster;

/** Does to the processes and links of a cluster what a plan says, and undoes all of it. */
final class Injector {
  private static final Duration LISTENING = Duration.ofSeconds(60);
  private static final String LISTENING_LINE = " listening at ";

  private final ShellCluster cluster;
  private final NetworkNamespace namespace;
  private final Map<String, Integer> starts = new HashMap<>();
  private final Set<String> frozen = new HashSet<>();
  private final List<Process> scripts = new ArrayList<>();

  private record Step(long atMillis, Action action) {}

  private interface Action {
    void run() throws Exception;
  }

  Injector(ShellCluster cluster, NetworkNamespace namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
    cluster.hosts().forEach(host -> starts.put(host, 1));
  }

  /** Begins and ends the faults at their times; returns after the last step of the round. */
  void play(List<Fault> faults) throws Exception {
    List<Step> steps = new ArrayList<>();
    for (Fault fault : faults) {
      steps.add(new Step(fault.atMillis(), () -> begin(fault)));
      steps.add(new Step(fault.endMillis(), () -> end(fault)));
    }
    steps.sort(Comparator.comparingLong(Step::atMillis));
    long start = System.nanoTime();
    for (Step step : steps) {
      long waitMillis =
          Math.min(step.atMillis, FaultPlan.ROUND_MILLIS)
              - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      if (waitMillis > 0) {
        Thread.sleep(waitMillis); // the plan's time, not a wait for a condition
      }
      if (step.atMillis <= FaultPlan.ROUND_MILLIS) {
        step.action.run();
      }
    }
  }

  private void begin(Fault fault) throws Exception {
    String host = cluster.hosts().get(fault.replica());
    switch (fault.kind()) {
      case CRASH -> cluster.kill(host);
      case SHORT_FREEZE, LONG_FREEZE -> {
        cluster.freeze(host);
        frozen.add(host);
      }
      case CUT, ONE_WAY_CUT, ISOLATION -> filter("-A", fault);
    }
  }

  private void end(Fault fault) throws Exception {
    String host = cluster.hosts().get(fault.replica());
    switch (fault.kind()) {
      case CRASH -> {
        starts.merge(host, 1, Integer::sum);
        scripts.add(cluster.beginStart(host));
      }
      case SHORT_FREEZE, LONG_FREEZE -> {
        cluster.thaw(host);
        frozen.remove(host);
      }
      case CUT, ONE_WAY_CUT, ISOLATION -> filter("-D", fault);
    }
  }

  /** Opens all links, thaws all processes, and returns when every process listens. */
  void heal() throws Exception {
    iptables("-F", "INPUT");
    for (String host : frozen) {
      cluster.thaw(host);
    }
    frozen.clear();
    for (String host : cluster.hosts()) {
      Eventually.until(
          LISTENING,
          () -> cluster.log(host).split(LISTENING_LINE, -1).length - 1 == starts.get(host),
          () -> host + " was started " + starts.get(host) + " times:\n" + cluster.log(host));
    }
  }

  /** How many of the scripts that started crashed replicas say that these do not serve. */
  int awaitScripts() throws InterruptedException {
    int failures = 0;
    for (Process script : scripts) {
      failures += script.waitFor() == 0 ? 0 : 1;
    }
    scripts.clear();
    return failures;
  }

  private void filter(String change, Fault fault) throws IOException, InterruptedException {
    String host = cluster.hosts().get(fault.replica());
    for (String other : cluster.hosts()) {
      boolean chosen =
          fault.kind() == Fault.Kind.ISOLATION
              ? !other.equals(host)
              : other.equals(cluster.hosts().get(fault.other()));
      if (chosen) {
        iptables(change, "INPUT", "-s", host, "-d", other, "-j", "DROP");
        if (fault.kind() != Fault.Kind.ONE_WAY_CUT) {
          iptables(change, "INPUT", "-s", other, "-d", host, "-j", "DROP");
        }
      }
    }
  }

  private void iptables(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("iptables"));
    command.addAll(List.of(arguments));
    Outcome outcome = namespace.run(command.toArray(String[]::new));
    assertEquals(0, outcome.status(), () -> command + ": " + outcome);
  }
}
