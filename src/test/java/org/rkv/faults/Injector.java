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
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;

/** Does to hosts, their processes and links what a plan says, and undoes all of it. */
final class Injector {
  private static final Duration AHEAD = Duration.ofMinutes(50);
  private static final Duration BEHIND = Duration.ofHours(-1);
  private static final Duration YEAR = Duration.ofDays(365);

  /** One file is edited so long after the other. */
  private static final long BETWEEN_FILES_MILLIS = 250;

  /** By then who has a new file goes by it, and who has a new wall clock. */
  private static final Duration FILES_BELIEVED = Duration.ofMillis(4_500);

  private final List<ShellHost> hosts;
  private final ShellHost spare;
  private final NetworkNamespace namespace;
  private final Set<ShellHost> frozen = new HashSet<>();
  private final List<Process> scripts = new ArrayList<>();

  /** Those that started the spare one, which may be gone before it serves. */
  private final List<Process> scriptsOfSpare = new ArrayList<>();

  private record Step(long atMillis, Action action) {}

  private interface Action {
    void run() throws Exception;
  }

  /**
   * For hosts whose replicas run.
   *
   * @param spare one more, whose replica does not run
   */
  Injector(List<ShellHost> hosts, ShellHost spare, NetworkNamespace namespace) {
    this.hosts = hosts;
    this.spare = spare;
    this.namespace = namespace;
  }

  /** Gives each host right names and the replica file of all, and starts all. */
  void startAll() throws Exception {
    spare.resolve(names());
    for (ShellHost host : hosts) {
      host.resolve(names());
      host.list(hosts.stream().map(each -> each.entryAt(host)).toList());
      scripts.add(host.start());
    }
    assertEquals(0, awaitScripts(), "replicas that do not serve");
  }

  /** Begins and ends the faults at their times; returns after the last step. */
  void play(List<Fault> faults) throws Exception {
    List<Step> steps = new ArrayList<>();
    for (Fault fault : faults) {
      if (fault.isOfLists()) {
        addEdits(fault, steps);
      } else {
        steps.add(new Step(fault.atMillis(), () -> begin(fault)));
        steps.add(new Step(fault.endMillis(), () -> end(fault)));
      }
    }
    steps.sort(Comparator.comparingLong(Step::atMillis));
    long roundMillis = FaultPlan.roundMillis(faults);
    long start = System.nanoTime();
    for (Step step : steps) {
      long waitMillis =
          Math.min(step.atMillis, roundMillis)
              - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      if (waitMillis > 0) {
        Thread.sleep(waitMillis); // the plan's time, not a wait for a condition
      }
      if (step.atMillis <= roundMillis) {
        step.action.run();
      }
    }
  }

  /** The files of one host after the other, as by scp, and at the end all of them back. */
  private void addEdits(Fault fault, List<Step> steps) {
    ListEdit edit = new ListEdit(fault, hosts, spare);
    steps.add(new Step(fault.atMillis(), () -> begin(edit)));
    steps.add(new Step(fault.endMillis(), () -> end(edit)));
    long afterMillis = 0;
    for (ShellHost host : edit.hosts()) {
      steps.add(new Step(fault.atMillis() + afterMillis, () -> edit.edit(host)));
      steps.add(new Step(fault.endMillis() + afterMillis, () -> edit.putBack(host)));
      afterMillis += BETWEEN_FILES_MILLIS;
    }
  }

  private void begin(ListEdit edit) throws Exception {
    if (edit.isReplacement()) {
      edit.chosen().kill();
    }
    if (edit.needsSpare()) {
      edit.edit(spare);
      scriptsOfSpare.add(spare.start());
    }
  }

  private void end(ListEdit edit) throws Exception {
    if (edit.needsSpare()) {
      spare.awaitListening();
      spare.terminate();
    }
    if (edit.isReplacement()) {
      edit.putBack(edit.chosen());
      scripts.add(edit.chosen().start());
    }
  }

  private void begin(Fault fault) throws Exception {
    ShellHost host = hosts.get(fault.replica());
    switch (fault.kind()) {
      case CRASH -> host.kill();
      case SHORT_FREEZE, LONG_FREEZE -> {
        host.freeze();
        frozen.add(host);
      }
      case CUT, ONE_WAY_CUT, ISOLATION -> filter("-A", fault);
      case CLOCK_AHEAD -> host.clock().write(AHEAD);
      case CLOCK_BEHIND -> host.clock().write(BEHIND);
      case CLOCK_YEAR_AHEAD -> host.clock().write(YEAR);
      case NAMES_OF_ANOTHER, NAMES_OF_ITSELF -> {
        Map<String, String> wrong = names();
        wrong.replaceAll((name, address) -> hosts.get(fault.other()).literal());
        host.resolve(wrong);
      }
      case NO_NAMES -> host.resolve(Map.of());
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private void end(Fault fault) throws Exception {
    ShellHost host = hosts.get(fault.replica());
    switch (fault.kind()) {
      case CRASH -> scripts.add(host.start());
      case SHORT_FREEZE, LONG_FREEZE -> {
        host.thaw();
        frozen.remove(host);
      }
      case CUT, ONE_WAY_CUT, ISOLATION -> filter("-D", fault);
      case CLOCK_AHEAD, CLOCK_BEHIND, CLOCK_YEAR_AHEAD -> host.clock().write(Duration.ZERO);
      case NAMES_OF_ANOTHER, NAMES_OF_ITSELF, NO_NAMES -> host.resolve(names());
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  /** What a name service that is right answers. */
  private Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put(spare.name(), spare.literal());
    hosts.forEach(host -> names.put(host.name(), host.literal()));
    return names;
  }

  /**
   * Opens all links, thaws all processes, sets clocks and name services right, and returns when
   * every process listens and, if the lists were edited, goes by the old one again.
   */
  void heal(List<Fault> faults) throws Exception {
    iptables("-F", "INPUT");
    for (ShellHost host : frozen) {
      host.thaw();
    }
    frozen.clear();
    for (ShellHost host : hosts) {
      host.resolve(names());
      host.clock().write(Duration.ZERO);
    }
    hosts.forEach(ShellHost::awaitListening);
    if (faults.stream().anyMatch(Fault::isOfLists)) {
      ReplicaHosts.pass(FILES_BELIEVED);
    }
  }

  /** How many of the scripts that started crashed replicas say that these do not serve. */
  int awaitScripts() throws InterruptedException {
    int failures = 0;
    for (Process script : scripts) {
      failures += script.waitFor() == 0 ? 0 : 1;
    }
    scripts.clear();
    for (Process script : scriptsOfSpare) {
      script.waitFor();
    }
    scriptsOfSpare.clear();
    return failures;
  }

  private void filter(String change, Fault fault) throws IOException, InterruptedException {
    ShellHost host = hosts.get(fault.replica());
    for (ShellHost other : hosts) {
      boolean chosen =
          fault.kind() == Fault.Kind.ISOLATION ? other != host : other == hosts.get(fault.other());
      if (chosen) {
        drop(change, host, other);
        if (fault.kind() != Fault.Kind.ONE_WAY_CUT) {
          drop(change, other, host);
        }
      }
    }
  }

  private void drop(String change, ShellHost from, ShellHost to)
      throws IOException, InterruptedException {
    iptables(change, "INPUT", "-s", from.literal(), "-d", to.literal(), "-j", "DROP");
  }

  private void iptables(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("iptables"));
    command.addAll(List.of(arguments));
    Outcome outcome = namespace.run(command.toArray(String[]::new));
    assertEquals(0, outcome.status(), () -> command + ": " + outcome);
  }
}
