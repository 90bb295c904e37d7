package org.rkv.cli;

import java.io.IOException;
import java.util.Arrays;

/**
 * {@code rkv HOST (PUT|GET|DEL) KEY [VALUE]}, as the C client does it: one call, one line, and the
 * exit status 0 for every answer, whatever its code, unless an option says otherwise. Strings are
 * bytes, one char each.
 */
final class ClientCommand {
  private static final String USAGE = "host (PUT|GET|DEL) key [value]";

  private final Session session;

  ClientCommand(Session session) {
    this.session = session;
  }

  /**
   * Runs the command.
   *
   * @param arguments from HOST on
   * @return the exit status
   * @throws IOException if its own output cannot be written
   */
  int run(String[] arguments) throws IOException {
    HostCommand ours = arguments.length < 2 ? null : HostCommand.named(arguments[1]);
    if (ours != null) {
      String[] words = Arrays.copyOfRange(arguments, 2, arguments.length);
      return words.length <= ours.mostWords()
          ? ours.run(session, arguments[0], words)
          : misused("host " + ours.usage());
    }
    if (arguments.length < 3 || arguments.length > 4) {
      return misused();
    }
    String command = arguments[1];
    boolean hasValue = arguments.length == 4;
    switch (command) {
      case Question.PUT:
        if (!hasValue) {
          return misused("host PUT key value");
        }
        break;
      case Question.GET:
      case Question.DEL:
        if (hasValue) {
          return misused("host " + command + " key");
        }
        break;
      default:
        session.console().errLine("bad command");
        return misused();
    }
    Question question = new Question(command, arguments[2], hasValue ? arguments[3] : "");
    return session.singleCall().run(session.candidates(arguments[0]), question);
  }

  /** What the C client says, and to a person what else there is. */
  private int misused() throws IOException {
    int status = misused(USAGE);
    if (session.console().errIsTerminal()) {
      session.console().err(CommandText.beside(session.programName()));
    }
    return status;
  }

  private int misused(String usage) throws IOException {
    session.console().errLine("usage: " + session.programName() + " " + usage);
    return ExitStatus.FAILED;
  }
}
