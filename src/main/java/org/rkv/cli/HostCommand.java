package org.rkv.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;

/**
 * The commands that the C client has not: {@code rkv HOST COMMAND}. To the C client each of them
 * would be a wrong usage, since it wants a key.
 */
enum HostCommand {
  /** Which replicas there are. */
  REPLICAS(Question.REPLICAS) {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      return session
          .singleCall()
          .run(session.candidates(hosts), new Question(Question.REPLICAS, null, null));
    }
  },

  /** How HOST is; not how another is that could be asked in its place. */
  STATUS(Question.STATUS) {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      Session own = session.impatient();
      return own.singleCall().run(own.candidates(hosts), new Question(Question.STATUS, null, null));
    }
  },

  /** Whether all replicas hold the same. */
  DIGEST("DIGEST") {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      return new DigestCommand(session.impatient()).run(hosts);
    }
  },

  /** What there is. */
  LIST("LIST", 1) {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      return new ListCommand(session).run(hosts, words.length == 0 ? "" : words[0]);
    }
  },

  /** All that there is, to be read again. */
  DUMP("DUMP") {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      return new DumpCommand(session).run(hosts);
    }
  },

  /** What DUMP has written. */
  LOAD("LOAD") {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      StandardInput.require();
      FileInputStream in = new FileInputStream(FileDescriptor.in);
      return new LoadCommand(session, in, DumpEnd.isMissing(in.getChannel())).run(hosts);
    }
  },

  /** Commands from standard input, or from whoever sits at the terminal. */
  STANDARD_INPUT("-") {
    @Override
    int run(Session session, String hosts, String... words) throws IOException {
      return new CommandInput(session, hosts).run();
    }
  };

  private final String word;
  private final int mostWords;

  HostCommand(String word) {
    this(word, 0);
  }

  HostCommand(String word, int mostWords) {
    this.word = word;
    this.mostWords = mostWords;
  }

  /** What it is called. */
  String word() {
    return word;
  }

  /** How many words may follow it, options apart. */
  int mostWords() {
    return mostWords;
  }

  /** It, and what may follow it. */
  String usage() {
    return CommandText.named(word).synopsis();
  }

  /** The command of this name, in capitals or not; or null. */
  static HostCommand named(String word) {
    for (HostCommand each : values()) {
      if (each.word.equalsIgnoreCase(word)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Runs the command.
   *
   * @param words that follow it, options apart
   * @return the exit status
   * @throws IOException if its own output cannot be written
   */
  abstract int run(Session session, String hosts, String... words) throws IOException;
}
