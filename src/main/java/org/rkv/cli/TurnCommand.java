package org.rkv.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of an input line that are carried out when all lines before have been answered, by
 * whoever prints the answers.
 */
enum TurnCommand {
  /** How the replica in use is. */
  STATUS(1) {
    @Override
    int run(Session session, String host, List<String> words) throws IOException {
      return HostCommand.STATUS.run(session, host);
    }
  },

  /** Whether all replicas hold the same. */
  DIGEST(1) {
    @Override
    int run(Session session, String host, List<String> words) throws IOException {
      return HostCommand.DIGEST.run(session, host);
    }
  },

  /** What there is. */
  LIST(Integer.MAX_VALUE) {
    @Override
    int run(Session session, String host, List<String> words) throws IOException {
      ListLine line = ListLine.of(words);
      Options options = session.options().with(line.options());
      return new ListCommand(session.with(options)).run(host, line.prefix());
    }

    @Override
    void check(List<String> words) {
      ListLine.of(words);
    }
  },

  /** What there is to be typed. */
  HELP(2) {
    @Override
    int run(Session session, String host, List<String> words) throws IOException {
      CommandText command = words.size() == 1 ? null : CommandText.named(words.get(1));
      List<String> lines = command == null ? CommandText.ofALine() : command.ofItsLine();
      if (session.console().isJson()) {
        String text = String.join("\n", lines);
        session.console().outLine(new Json().text("command", name()).text("text", text).toString());
      } else {
        session.console().outLine(String.join("\n", lines));
      }
      return ExitStatus.DONE;
    }
  };

  private final int mostWords;

  TurnCommand(int mostWords) {
    this.mostWords = mostWords;
  }

  /**
   * The command that these words, at least one, are.
   *
   * @throws IllegalArgumentException with the line that says what is wrong with them
   */
  static TurnCommand of(List<String> words) {
    for (TurnCommand each : values()) {
      if (each.name().equalsIgnoreCase(words.get(0))) {
        if (words.size() > each.mostWords) {
          throw new IllegalArgumentException("usage: " + each + (each == HELP ? " [command]" : ""));
        }
        each.check(words);
        return each;
      }
    }
    throw new IllegalArgumentException("bad command");
  }

  /**
   * Looks at what follows it, as many words as may.
   *
   * @throws IllegalArgumentException with the line that says what is wrong with them
   */
  void check(List<String> words) {}

  /** What a line may begin with at the prompt. */
  static List<String> allWords() {
    List<String> all = new ArrayList<>();
    for (InputCommand each : InputCommand.values()) {
      all.add(each.name());
    }
    for (TurnCommand each : values()) {
      all.add(each.name());
    }
    all.add("exit");
    return all;
  }

  /**
   * Carries it out.
   *
   * @param host the replica in use
   * @return the exit status
   * @throws IOException if its own output cannot be written
   */
  abstract int run(Session session, String host, List<String> words) throws IOException;
}
