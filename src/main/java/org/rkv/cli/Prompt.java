package org.rkv.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.rkv.client.ConnectFailedException;

/**
 * A conversation on a terminal: one command a line, answered at once, with a history that is kept
 * from one to the next. The terminal speaks UTF-8. Only loaded where there is a terminal, since
 * JLine takes its time.
 */
final class Prompt {
  /** JLine's complaints about its history, with stack traces, help nobody at a prompt. */
  private static final Logger COMPLAINTS = Logger.getLogger("org.jline");

  private static final int MAX_REMEMBERED_CHARS = 1024;

  private final ReplicaInUse replica;
  private final Session session;
  private final Console console;
  private final Path history;

  /**
   * Shows nothing yet.
   *
   * @param history the file that keeps what was typed, see {@link HistoryFile}; or null
   */
  Prompt(ReplicaInUse replica, Session session, Path history) {
    this.replica = replica;
    this.session = session;
    console = session.console();
    this.history = history;
    COMPLAINTS.setLevel(Level.OFF);
  }

  /** Remembers no line that is too long to be gone back to. */
  private static final class ShortLines extends DefaultHistory {
    @Override
    public void add(Instant time, String line) {
      if (line.length() <= MAX_REMEMBERED_CHARS) {
        super.add(time, line);
      }
    }
  }

  /**
   * Talks until the user ends it.
   *
   * @throws IOException if the terminal fails
   */
  void run() throws IOException {
    try (Terminal terminal =
        TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build()) {
      console.outLine(
          "Replica " + replica.name() + " answers. HELP lists the commands, Ctrl-D ends.");
      LineReader reader = reader(terminal);
      String line;
      while ((line = read(reader)) != null) {
        if (line.equalsIgnoreCase("exit") || line.equalsIgnoreCase("quit")) {
          return;
        } else {
          answer(line);
        }
      }
    }
  }

  private LineReader reader(Terminal terminal) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("rkv")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .history(new ShortLines())
            .completer(new StringsCompleter(TurnCommand.allWords()));
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    return builder.build();
  }

  /** The next line; an empty one if the user gave it up, null if there is none any more. */
  private String read(LineReader reader) {
    try {
      return reader.readLine("rkv " + replica.name() + "> ").strip();
    } catch (UserInterruptException e) {
      return "";
    } catch (EndOfFileException e) {
      return null;
    }
  }

  /**
   * The bytes of what was typed, one char each.
   *
   * @throws IllegalArgumentException if some were lost, since they are no UTF-8
   */
  static String bytesOf(String typed) {
    boolean isWhole = typed.indexOf(ControlCharacters.REPLACEMENT) < 0;
    if (!isWhole || !StandardCharsets.UTF_8.newEncoder().canEncode(typed)) {
      throw new IllegalArgumentException(
          "there are bytes in it that are no UTF-8, and nothing was sent; write them as $'\\xHH'");
    }
    return new String(typed.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private void answer(String typed) throws IOException {
    InputLine line = new InputLine(0);
    try {
      if (!line.parse(bytesOf(typed))) {
        return;
      }
    } catch (IllegalArgumentException e) {
      console.errLine(e.getMessage());
      return;
    }
    line.start(replica);
    try {
      line.print(session, replica);
    } catch (ConnectFailedException e) {
      line.sayNotSent(console, e);
    }
    console.flush();
  }
}
