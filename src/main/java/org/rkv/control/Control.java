package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rkv.replica.FileCheck;
import org.rkv.replica.ReplicaFile;

/**
 * What {@code kv_r.sh} does in Java. Not for people: the script calls it, in its own directory,
 * where the replica file is, and with the words that the script itself got: {@code [--here] COMMAND
 * [NAME...]}. The commands are those of the script, but for those that need no replica; and
 *
 * <ul>
 *   <li>{@code choose}: prints of each replica that is meant {@code local} or {@code remote}, a tab
 *       and its name; takes the options of {@code start} and {@code restart}, which are nothing to
 *       it
 *   <li>{@code works}: nothing; that it can be done tells the script that Java and the jar are of
 *       use
 *   <li>steps for which the script of another machine asks this one: {@code ready}, which tells
 *       whether replicas could be started; {@code launch}; {@code await}, until those that have
 *       been launched serve; {@code renewal}, which stops and starts; {@code row}, which prints the
 *       {@link Row} of each
 * </ul>
 *
 * <p>{@link ControlSettings} come from the environment. Exit status 0 if all is well, 1 if not, 2
 * for bad usage.
 */
public final class Control {
  private static final Set<String> MAY_BE_ALL_AT_ONCE =
      Set.of("restart", "stop", "ready", "choose");
  private static final Set<String> MAY_LEAVE_DATA =
      Set.of("start", "restart", "ready", "launch", "choose");

  private final Path replicaFile;
  private final Map<String, String> environment;
  private final ChildProcesses children = new ChildProcesses();
  private final PrintStream out;
  private final Complaints complaints;

  Control(Path replicaFile, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.replicaFile = replicaFile;
    this.environment = environment;
    this.out = out;
    this.complaints = new Complaints(err);
  }

  /** Does one command. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    PrintStream err = new PrintStream(System.err, true, UTF_8);
    Control control = new Control(Path.of("replica"), System.getenv(), out, err);
    control.children.endAtExit();
    System.exit(control.run(List.of(arguments))); // a thread may still be resolving a name
  }

  /** Does one command, and returns the exit status. */
  int run(List<String> arguments) throws InterruptedException {
    try {
      boolean isDone = isDone(new ArrayList<>(arguments));
      if (out.checkError()) {
        throw new IOException("what it prints cannot be written");
      }
      return isDone ? 0 : 1;
    } catch (Refusal e) {
      complaints.say(e.getMessage());
      return e.exitStatus();
    } catch (IOException e) {
      complaints.say(reason(e));
      return 1;
    }
  }

  /** Of the two most frequent failures Java tells the name of the file, and nothing else. */
  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return failure.getMessage() + ": no such file or directory";
    }
    return failure instanceof AccessDeniedException
        ? failure.getMessage() + ": permission denied"
        : failure.getMessage();
  }

  private boolean isDone(List<String> words) throws IOException, InterruptedException, Refusal {
    boolean onlyHere = takeFirst("--here", words);
    String command = words.isEmpty() ? "" : words.remove(0);
    if (command.equals("works")) {
      return true;
    }
    boolean follows = command.equals("logs") && takeFirst("-f", words);
    boolean allAtOnce = MAY_BE_ALL_AT_ONCE.contains(command) && takeFirst("--all-at-once", words);
    boolean leavesData = MAY_LEAVE_DATA.contains(command) && takeFirst("--other-data", words);
    boolean areNamed = !words.isEmpty();
    ControlSettings settings = new ControlSettings(directory(), environment);
    RemoteMachines machines = new RemoteMachines(settings, children);
    StartCommand start = new StartCommand(settings, machines, leavesData, out, complaints);
    StopCommand stop = new StopCommand(settings, machines, out, complaints);
    StatusCommand status = new StatusCommand(settings, machines, out, complaints);
    LogsCommand logs = new LogsCommand(settings, machines, children, out, complaints);

    TrialStart trials = new TrialStart(settings, children, complaints);
    RestartCommand restart =
        new RestartCommand(settings, machines, trials, leavesData, out, complaints);

    Choice choice = choose(words, onlyHere, settings);
    return switch (command) {
      case "start" -> isUsable(settings) && start.run(choice, status);
      case "stop" -> {
        if (!allAtOnce) {
          stop.requireOneThatServes(file(settings), choice);
        }
        yield stop.run(choice);
      }
      case "restart" -> {
        ReplicaFile file = file(settings);
        yield isUsable(settings)
            && (allAtOnce
                ? restart.allAtOnce(file, choice, stop, start, status)
                : restart.roll(file, choice, areNamed, status));
      }
      case "status" -> status.run(choice);
      case "logs" -> follows ? logs.follow(choice) : logs.print(choice);
      case "install" ->
          new InstallCommand(settings, machines, children, out, complaints).run(choice);
      case "choose" -> print(choice);
      case "ready" ->
          isUsable(settings)
              && trials.succeeds(
                  settings.local(choice), choice.countOfThisMachine(), allAtOnce, leavesData);
      case "renewal" -> renewal(settings, choice);
      case "launch" -> isUsable(settings) && start.launch(choice);
      case "await" -> start.awaitServing(choice);
      case "row" -> status.printRows(choice);
      default -> throw Refusal.badUsage("no such command: " + command);
    };
  }

  private boolean renewal(ControlSettings settings, Choice choice)
      throws IOException, InterruptedException {
    boolean isWell = true;
    for (LocalReplica replica : settings.local(choice)) {
      isWell &= new Renewal(settings, out, complaints).renew(replica, choice.countOfThisMachine());
    }
    return isWell;
  }

  /** Whether replicas can work with the file; says what is wrong with it. */
  private boolean isUsable(ControlSettings settings) {
    List<String> faults = FileCheck.of(replicaFile, settings.defaultPort()).faults();
    faults.forEach(complaints::say);
    Optional<String> fault = settings.faultOfOptions();
    fault.ifPresent(complaints::say);
    return faults.isEmpty() && fault.isEmpty();
  }

  private static boolean takeFirst(String option, List<String> words) {
    boolean isThere = !words.isEmpty() && words.get(0).equals(option);
    if (isThere) {
      words.remove(0);
    }
    return isThere;
  }

  private Path directory() throws IOException {
    return replicaFile.toAbsolutePath().getParent().toRealPath();
  }

  /** What is written twice is one replica, and is started once. */
  private ReplicaFile file(ControlSettings settings) throws IOException {
    return ReplicaFile.read(replicaFile).eachOnce(settings.defaultPort());
  }

  private Choice choose(List<String> words, boolean onlyHere, ControlSettings settings)
      throws IOException, Refusal {
    for (String word : words) {
      if (word.startsWith("-")) {
        throw Refusal.badUsage("unknown option " + word + "; ./kv_r.sh help tells what there is");
      }
    }
    Choice choice =
        Choice.of(file(settings), settings.defaultPort(), words, onlyHere, ThisMachine::hasName);
    if (choice.replicas().isEmpty()) {
      throw Refusal.notDone("the replica file names no replica: " + replicaFile.toAbsolutePath());
    }
    return choice;
  }

  private boolean print(Choice choice) {
    for (Choice.Chosen chosen : choice.replicas()) {
      out.println((chosen.isLocal() ? "local" : "remote") + "\t" + chosen.name());
    }
    return true;
  }
}
