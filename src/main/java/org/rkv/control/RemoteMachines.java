package org.rkv.control;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rkv.replica.ReplicaName;

/**
 * The machines of other replicas, reached by ssh; {@code kv_r.sh} over there does the work. Used by
 * one thread.
 */
final class RemoteMachines {
  private final ControlSettings settings;
  private final ChildProcesses children;
  private List<String> prefix = List.of();

  RemoteMachines(ControlSettings settings, ChildProcesses children) {
    this.settings = settings;
    this.children = children;
  }

  /**
   * Begins a step on all machines at once.
   *
   * @param step what the script over there is asked to do for one replica
   */
  RemoteStep beginStep(String step, List<ReplicaName> names) throws IOException {
    return begin(name -> stepCommand(step, name), ChildProcesses.NULL, names);
  }

  /** Begins a step on this machine. */
  RemoteStep beginHere(String step, ReplicaName name) throws IOException {
    List<String> command = List.of("setsid", "sh", "kv_r.sh", "--here", step, name.toString());
    String directory = settings.remoteDirectory();
    return new RemoteStep(
        List.of(RemoteCall.begin(name, directory, command, ChildProcesses.NULL, children)));
  }

  /** Begins a step on one machine, by an ssh that no key of the terminal ends. */
  RemoteStep beginAlone(String step, ReplicaName name) throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(ssh(name, stepCommand(step, name)));
    String directory = settings.remoteDirectory();
    return new RemoteStep(
        List.of(RemoteCall.begin(name, directory, command, ChildProcesses.NULL, children)));
  }

  /**
   * Begins a command on all machines at once.
   *
   * @param command for the shell over there
   * @param input what it reads
   */
  RemoteStep beginCommand(String command, File input, List<ReplicaName> names) throws IOException {
    return begin(name -> command, input, names);
  }

  /** From now on no key of the terminal ends a step on another machine. */
  void leaveTerminal() {
    prefix = List.of("setsid");
  }

  private RemoteStep begin(
      Function<ReplicaName, String> command, File input, List<ReplicaName> names)
      throws IOException {
    List<RemoteCall> calls = new ArrayList<>();
    for (ReplicaName name : names) {
      List<String> ssh = new ArrayList<>(prefix);
      ssh.addAll(ssh(name, command.apply(name)));
      calls.add(RemoteCall.begin(name, settings.remoteDirectory(), ssh, input, children));
    }
    return new RemoteStep(calls);
  }

  /** Begins a step on one machine, whose output is that of this program. */
  Process follow(String step, ReplicaName name) throws IOException {
    return children.begin(ChildProcesses.builder(ssh(name, stepCommand(step, name))));
  }

  private String stepCommand(String step, ReplicaName name) {
    String variables =
        settings
            .forOtherMachines()
            .map(variable -> " " + variable.getKey() + "=" + quote(variable.getValue()))
            .collect(Collectors.joining());
    return String.format(
        "cd -- %s 2>/dev/null && [ -x kv_r.sh ] || exit %d; exec env%s ./kv_r.sh --here %s %s",
        quote(settings.remoteDirectory()),
        RemoteCall.NOT_INSTALLED,
        variables,
        step,
        quote(name.toString()));
  }

  /** Whoever logs in over there may have any shell. */
  private List<String> ssh(ReplicaName name, String command) {
    List<String> words = new ArrayList<>(settings.ssh());
    words.add(name.host());
    words.add("exec sh -c " + quote(command));
    return words;
  }

  /** A word as a shell reads it back. */
  static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
