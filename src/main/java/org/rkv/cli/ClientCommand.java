package org.rkv.cli;

import java.io.IOException;

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
    if (arguments.length == 2) {
      HostCommand command = HostCommand.named(arguments[1]);
      if (command != null) {
        return command.run(session, arguments[0]);
      }
    }
    if (arguments.length < 3 || arguments.length > 4) {
      return misused(USAGE);
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
        return misused(USAGE);
    }
    Question question = new Question(command, arguments[2], hasValue ? arguments[3] : "");
    return session.singleCall().run(session.candidates(arguments[0]), question);
  }

  private int misused(String usage) throws IOException {
    session.console().errLine("usage: " + session.programName() + " " + usage);
    return ExitStatus.FAILED;
  }
}
