package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Ends replicas of this machine. Used by one thread, under the lock of the script. */
final class Shutdown {
  /** For a replica to finish what is under way. */
  static final int STOP_SECONDS = 10;

  /** For the system to end a process. */
  static final int KILL_SECONDS = 5;

  private static final long POLL_MILLIS = 50;
  private static final int ASK_MILLIS = 2000;

  private final PrintStream out;
  private final Complaints complaints;
  private final Map<LocalReplica, LiveProcess> ending = new LinkedHashMap<>();
  private final List<LocalReplica> notRunning = new ArrayList<>();
  private final List<LocalReplica> ended = new ArrayList<>();
  private boolean isRefused;

  Shutdown(PrintStream out, Complaints complaints) {
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Ends these, by force what does not end by itself.
   *
   * @return whether none of them runs any more
   */
  boolean end(List<LocalReplica> replicas) throws InterruptedException {
    for (LocalReplica replica : replicas) {
      terminate(replica);
    }
    boolean isNoneLeft = noneAnswers(notRunning);
    awaitEnd(STOP_SECONDS);
    ending.forEach(
        (replica, process) -> {
          complaints.say(
              replica.name() + " has not ended after " + STOP_SECONDS + " seconds: killing it");
          process.handle().destroyForcibly();
        });
    awaitEnd(KILL_SECONDS);
    isNoneLeft &= noneAnswers(ended);
    return ending.isEmpty() && isNoneLeft && !isRefused;
  }

  private void terminate(LocalReplica replica) throws InterruptedException {
    Optional<LiveProcess> process = replica.process();
    Optional<String> unit = process.flatMap(LiveProcess::unit);
    if (unit.isPresent()) {
      refuse(replica, "it is of systemd, so it is left alone: systemctl stop " + unit.get());
    } else if (process.isPresent() && process.get().isAlive() && process.get().handle().destroy()) {
      ending.put(replica, process.get());
    } else if (process.isPresent() && process.get().isAlive()) {
      refuse(replica, "pid " + process.get().pid() + " may not be ended");
    } else {
      notRunning.add(replica);
    }
  }

  private void refuse(LocalReplica replica, String why) {
    complaints.say(replica.name() + ": " + why);
    isRefused = true;
  }

  /** Whatever /proc shows of it here: who answers at its address runs. */
  private boolean noneAnswers(List<LocalReplica> replicas) throws InterruptedException {
    List<String> addresses = replicas.stream().map(LocalReplica::address).toList();
    Iterator<Answer> answers = Inquiry.ask(addresses, ASK_MILLIS).iterator();
    boolean noneAnswers = true;
    for (LocalReplica replica : replicas) {
      Answer answer = answers.next();
      if (answer.isOfAReplica()) {
        complaints.say(replica.name() + ": " + whoAnswers(replica, answer.process()));
        noneAnswers = false;
      } else if (notRunning.contains(replica)) {
        out.println(replica.name() + ": not running");
        forget(replica);
      }
    }
    return noneAnswers;
  }

  private static String whoAnswers(LocalReplica replica, AnsweringProcess process) {
    String answers = "a replica answers at " + replica.address();
    if (!process.isKnown()) {
      return answers;
    }
    String who = answers + ": pid " + process.pid();
    Optional<String> unit =
        LiveProcess.of(process.pid())
            .filter(found -> found.startTicks() == process.startTicks())
            .flatMap(LiveProcess::unit);
    if (unit.isPresent()) {
      return who + " is of systemd: systemctl stop " + unit.get();
    }
    boolean isOfHere = process.directory().equals(replica.directory().toString());
    return isOfHere ? who : who + " runs from another directory, " + process.directory();
  }

  private void forget(LocalReplica replica) {
    try {
      replica.files().forgetProcess();
    } catch (IOException e) {
      complaints.say(replica.name() + ": its pid file stays: " + e.getMessage());
    }
  }

  private void awaitEnd(int seconds) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      forgetThoseThatHaveEnded();
      if (ending.isEmpty() || System.nanoTime() - deadlineNanos >= 0) {
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void forgetThoseThatHaveEnded() {
    for (LocalReplica replica : List.copyOf(ending.keySet())) {
      if (!ending.get(replica).isAlive()) {
        out.println(replica.name() + ": stopped");
        forget(replica);
        ending.remove(replica);
        ended.add(replica);
      }
    }
  }
}
