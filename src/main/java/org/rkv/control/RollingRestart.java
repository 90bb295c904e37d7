package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/**
 * Restarts replicas one after another, each serving again before the next one stops, so that what
 * they hold stays. Each restart is one step at its host, in a session of its own, which goes on
 * whatever becomes of this program. SIGINT, SIGTERM and SIGHUP let the one that is under way
 * finish. Used by one thread.
 */
final class RollingRestart {
  private static final int ASK_MILLIS = 2000;
  private static final String RECORD = "restart.done";
  private static final Path JAR = Path.of("target/rkv.jar");

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final ReplicaFile file;
  private final PrintStream out;
  private final Complaints complaints;
  private final boolean areNamed;
  private final RollRecord record;
  private final List<ReplicaName> done = new ArrayList<>();
  private final List<ReplicaName> leftOut = new ArrayList<>();

  /**
   * For one restart.
   *
   * @param file names all replicas, of which some are restarted
   * @param areNamed whether the operator has named these: then one that does not run is started in
   *     its turn, or else left out; and it is no part of a restart of all that was broken off
   */
  RollingRestart(
      ControlSettings settings,
      RemoteMachines machines,
      ReplicaFile file,
      boolean areNamed,
      PrintStream out,
      Complaints complaints)
      throws IOException {
    this.settings = settings;
    this.machines = machines;
    this.file = file;
    this.areNamed = areNamed;
    this.out = out;
    this.complaints = complaints;
    record = new RollRecord(settings.runDirectory().resolve(RECORD), settings.fingerprint(JAR));
  }

  /**
   * Restarts them in this order.
   *
   * @return whether all serve again
   * @throws Refusal if a signal has ended it, naming which are done and which not
   */
  boolean run(List<Choice.Chosen> chosen) throws IOException, InterruptedException, Refusal {
    Interruption interruption = new Interruption();
    List<Choice.Chosen> todo = todo(chosen);
    boolean isWell = true;
    for (Choice.Chosen next : todo) {
      if (!isWell || interruption.hasCome()) {
        break;
      }
      isWell = mayStop(next.name()) && renew(next);
    }
    return end(todo, isWell);
  }

  private boolean end(List<Choice.Chosen> todo, boolean isWell) throws IOException, Refusal {
    String notDone =
        todo.stream()
            .map(Choice.Chosen::name)
            .filter(name -> !done.contains(name))
            .map(ReplicaName::toString)
            .collect(Collectors.joining(", "));
    if (isWell && notDone.isEmpty()) {
      if (!areNamed) {
        record.end();
      }
      return leftOut.isEmpty();
    }
    String states = "restarted: " + list(done) + "; not restarted: " + notDone;
    if (isWell) {
      String next = areNamed ? "" : "; the next restart goes on with these";
      throw Refusal.interrupted("interrupted; " + states + next);
    }
    complaints.say(states);
    return false;
  }

  private static String list(List<ReplicaName> names) {
    return names.isEmpty()
        ? "none"
        : names.stream().map(ReplicaName::toString).collect(Collectors.joining(", "));
  }

  /** Without those that a restart before this one has come to, and those that are away. */
  private List<Choice.Chosen> todo(List<Choice.Chosen> chosen)
      throws IOException, InterruptedException {
    boolean goesOn = !areNamed && record.isToBeGoneOnWith();
    if (!goesOn && !areNamed) {
      record.begin();
    }
    List<ReplicaName> names = chosen.stream().map(Choice.Chosen::name).toList();
    List<Answer> answers = ask(names);
    List<Choice.Chosen> todo = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Answer answer = answers.get(i);
      if (goesOn && record.has(names.get(i), answer.process())) {
        out.println(names.get(i) + ": already restarted by the restart that was broken off");
      } else if (areNamed || answer.isOfAReplica() || answer.isOfNoWords()) {
        todo.add(chosen.get(i));
      } else {
        complaints.say(names.get(i) + " does not run, and is left out");
        leftOut.add(names.get(i));
      }
    }
    return todo;
  }

  /**
   * Asked before each stop: others may have gone since the last. One that holds nothing that others
   * could take over may always be stopped.
   */
  private boolean mayStop(ReplicaName name) throws InterruptedException {
    if (!holdsValues(ask(List.of(name)).get(0))) {
      return true;
    }
    List<ReplicaName> others = file.names().stream().filter(each -> !each.equals(name)).toList();
    if (ask(others).stream().anyMatch(RollingRestart::holdsValues)) {
      return true;
    }
    complaints.say(
        name
            + " is the only one that serves the values; --all-at-once "
            + (settings.keepsData() ? "stops it nevertheless" : "empties the store"));
    return false;
  }

  private static boolean holdsValues(Answer answer) {
    return answer.state().equals("serving");
  }

  private List<Answer> ask(List<ReplicaName> names) throws InterruptedException {
    return Inquiry.ask(names.stream().map(settings::addressOf).toList(), ASK_MILLIS);
  }

  private boolean renew(Choice.Chosen chosen) throws IOException, InterruptedException {
    RemoteStep step =
        chosen.isLocal()
            ? machines.beginHere("renew", chosen.name())
            : machines.beginAlone("renew", chosen.name());
    int seconds =
        Launch.TIMEOUT_SECONDS
            + 2 * (settings.startSeconds() + Shutdown.STOP_SECONDS + Shutdown.KILL_SECONDS);
    if (!step.end(TimeUnit.SECONDS.toMillis(seconds), out, complaints)) {
      return false;
    }
    done.add(chosen.name());
    if (record.isToBeGoneOnWith()) {
      record.add(chosen.name(), ask(List.of(chosen.name())).get(0).process());
    }
    return true;
  }
}
