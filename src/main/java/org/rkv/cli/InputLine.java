package org.rkv.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.rkv.client.AnnouncedFailedException;
import org.rkv.client.CallFailedException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.OutcomeUnknownException;
import org.rkv.client.RefusedException;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;
import org.rkv.rpc.Reason;
import org.rkv.rpc.kv;

/** One line of input on its way to what is printed for it. */
final class InputLine {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final long number;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private List<String> words;

  /** What is called as soon as the line is read; or null. */
  private InputCommand command;

  private volatile RkvClient calledBy;
  private volatile long sentNanos;

  /**
   * Makes a line.
   *
   * @param number of the line, or 0 if lines are not counted
   */
  InputLine(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }

  /** What is named before an error: {@code line 7: }. */
  String label() {
    return number == 0 ? "" : "line " + number + ": ";
  }

  /** Takes the text apart; false if there is nothing in it. What is wrong with it is the reply. */
  boolean parse(String text) {
    try {
      words = WordSplitter.split(text);
      if (words.isEmpty()) {
        return false;
      }
      command = InputCommand.named(words.get(0));
      if (command == null) {
        TurnCommand.of(words);
        reply.complete(null);
      } else {
        command.check(words);
      }
    } catch (IllegalArgumentException e) {
      reply.completeExceptionally(e);
    }
    return true;
  }

  /** Refuses the line. */
  void refuse(Exception why) {
    reply.completeExceptionally(why);
  }

  /** Makes the call, unless the line is wrong, or is one of those that wait for their turn. */
  void start(ReplicaInUse replica) {
    if (reply.isDone()) {
      return;
    }
    RkvClient client = replica.client();
    sentNanos = System.nanoTime();
    calledBy = client;
    command
        .start(client, words)
        .whenComplete(
            (result, failure) -> {
              if (failure == null || causeOf(failure) instanceof AnnouncedFailedException) {
                replica.heard(client);
              }
              if (failure == null) {
                reply.complete(result);
              } else if (calledBy == client) { // else another replica is asked meanwhile
                reply.completeExceptionally(failure);
              }
            });
  }

  /** Whether there is something to print. */
  boolean isDone() {
    return reply.isDone();
  }

  /**
   * Waits for the answer and prints it. A line that waited for its turn is carried out now.
   *
   * @param session with the console to print to
   * @return the exit status for this line
   * @throws ConnectFailedException if the call was not sent; nothing is printed then
   * @throws IOException if it cannot be printed
   */
  int print(Session session, ReplicaInUse replica) throws IOException {
    Console console = session.console();
    Reply answer;
    try {
      answer = await(session, replica);
      replica.sayWhereItIs();
    } catch (CompletionException e) {
      replica.sayWhereItIs();
      return printFailure(session, replica, causeOf(e));
    }
    return answer == null
        ? TurnCommand.of(words).run(session, replica.name(), words)
        : console.answer(answer);
  }

  private Reply await(Session session, ReplicaInUse replica) throws IOException {
    if (command != null && !command.isWrite()) {
      RkvClient silent = awaitShare(replica);
      if (silent != null && replica.moveOn(silent)) {
        long sentFirstNanos = sentNanos;
        start(replica);
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(session.options().timeoutMillis());
        if (!isDoneWithin(sentFirstNanos + timeoutNanos - System.nanoTime())) {
          reply.completeExceptionally(new TimeoutException("Timed out"));
        }
      }
    }
    return reply.join();
  }

  /** Waits as long as something is heard; if it is in vain, by whom the call was made. */
  private RkvClient awaitShare(ReplicaInUse replica) {
    long nanos = 1;
    while (!isDoneWithin(nanos)) {
      RkvClient silent = calledBy; // null until the line has been sent
      nanos = silent == null ? LOOK_NANOS : replica.nanosLeft(silent, sentNanos);
      if (nanos <= 0) {
        return silent;
      }
    }
    return null;
  }

  private boolean isDoneWithin(long nanos) {
    try {
      reply.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reply.completeExceptionally(e);
    } catch (ExecutionException e) {
      return true; // What it is, join says.
    }
    return true;
  }

  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException) {
      cause = cause.getCause();
    }
    return cause;
  }

  private int printFailure(Session session, ReplicaInUse replica, Throwable failure)
      throws IOException {
    Console console = session.console();
    if (failure instanceof ConnectFailedException e) {
      throw e;
    } else if (failure instanceof AnnouncedFailedException e) {
      return printAnnounced(session, replica, e);
    } else if (failure instanceof RefusedException e) {
      return console.answer(command.answer(words, e.limit().code()));
    } else if (failure instanceof OutcomeUnknownException e) {
      sayFailed(console, e.reason(), true);
      console.errLine(label() + SingleCall.UNKNOWN);
      return ExitStatus.UNKNOWN;
    } else if (failure instanceof IllegalArgumentException) {
      if (console.isJson()) {
        console.outLine(numbered().text("error", failure.getMessage()).toString());
      }
      console.errLine(label() + failure.getMessage());
    } else if (failure instanceof RkvException e) {
      sayFailed(console, e.reason(), false);
      if (e instanceof CallFailedException refusal && refusal.isNotPermitted()) {
        console.errLine(label() + e.getMessage());
      }
    } else {
      sayFailed(console, failure.getMessage(), false);
    }
    return ExitStatus.FAILED;
  }

  private int printAnnounced(
      Session session, ReplicaInUse replica, AnnouncedFailedException failure) throws IOException {
    Console console = session.console();
    Reason why = null;
    if (session.options().asksWhy()) {
      Question failed = new Question(command.name(), words.get(1), null);
      why = replica.why(session, failure.replica().orElse(replica.name()), failed);
    }
    int status = console.answer(command.answer(words, kv.PUT_FAILED).because(why));
    if (why != null && !console.isJson()) {
      console.errLine(label() + command + ": " + ControlCharacters.replaced(why.text));
    }
    return status;
  }

  /**
   * Says that the call was not sent.
   *
   * @throws IOException if it cannot be said
   */
  void sayNotSent(Console console, ConnectFailedException why) throws IOException {
    String text = "not sent: RPC: " + why.reason();
    if (console.isJson()) {
      console.outLine(failed(text).toString());
    }
    console.errLine(label() + text);
  }

  private Json failed(String reason) {
    Json json = numbered().text("command", command.name());
    if (words.size() > 1) {
      json.bytes("key", words.get(1));
    }
    return json.text("error", reason);
  }

  private void sayFailed(Console console, String reason, boolean unknown) throws IOException {
    if (console.isJson()) {
      Json json = failed(reason);
      console.outLine((unknown ? json.text("outcome", "unknown") : json).toString());
    }
    console.errLine(label() + command + ": rpc error: RPC: " + reason);
  }

  private Json numbered() {
    return number == 0 ? new Json() : new Json().number("line", number);
  }
}
