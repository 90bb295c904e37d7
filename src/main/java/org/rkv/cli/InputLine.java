package org.rkv.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.rkv.client.AnnouncedFailedException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.OutcomeUnknownException;
import org.rkv.client.RkvClient;

/** One line of input on its way to what is printed for it. */
final class InputLine {
  private final long number;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private List<String> words;
  private InputCommand command;

  InputLine(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }

  /** Takes the text apart; false if there is nothing in it. What is wrong with it is the reply. */
  boolean parse(String text) {
    try {
      words = WordSplitter.split(text);
      command = words.isEmpty() ? null : InputCommand.of(words);
      return !words.isEmpty();
    } catch (IllegalArgumentException e) {
      reply.completeExceptionally(e);
      return true;
    }
  }

  /** Refuses the line. */
  void refuse(Exception why) {
    reply.completeExceptionally(why);
  }

  /** Makes the call, unless the line is wrong. */
  void start(RkvClient client) {
    if (reply.isDone()) {
      return;
    }
    command
        .start(client, words)
        .whenComplete(
            (result, failure) -> {
              if (failure == null) {
                reply.complete(result);
              } else {
                reply.completeExceptionally(failure);
              }
            });
  }

  /** Whether there is something to print. */
  boolean isDone() {
    return reply.isDone();
  }

  /**
   * Waits for the answer and prints it.
   *
   * @param label what an error line begins with
   * @return the exit status for this line
   * @throws ConnectFailedException if the call was not sent; nothing is printed then
   * @throws IOException if it cannot be printed
   */
  int print(Console console, String label) throws IOException {
    try {
      return console.answer(reply.join());
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      while (cause instanceof CompletionException) {
        cause = cause.getCause();
      }
      return printFailure(console, label, cause);
    }
  }

  private int printFailure(Console console, String label, Throwable failure) throws IOException {
    if (failure instanceof ConnectFailedException e) {
      throw e;
    } else if (failure instanceof AnnouncedFailedException) {
      return console.answer(command.announcedFailed(words));
    } else if (failure instanceof OutcomeUnknownException e) {
      console.errLine(label + command + ": rpc error: RPC: " + e.reason());
      console.errLine(label + SingleCall.UNKNOWN);
      return ExitStatus.UNKNOWN;
    } else if (failure instanceof IllegalArgumentException) {
      console.errLine(label + failure.getMessage());
    } else {
      console.errLine(label + command + ": rpc error: RPC: " + failure.getMessage());
    }
    return ExitStatus.FAILED;
  }
}
