package org.rkv.cli;

import java.io.IOException;

/**
 * The commands that the C client has not: {@code rkv HOST COMMAND}. To the C client each of them
 * would be a wrong usage, since it wants a key.
 */
enum HostCommand {
  /** Which replicas there are. */
  REPLICAS(Question.REPLICAS) {
    @Override
    int run(Session session, String hosts) throws IOException {
      return session
          .singleCall()
          .run(session.candidates(hosts), new Question(Question.REPLICAS, null, null));
    }
  },

  /** How HOST is; not how another is that could be asked in its place. */
  STATUS(Question.STATUS) {
    @Override
    int run(Session session, String hosts) throws IOException {
      Session own = session.impatient();
      return own.singleCall().run(own.candidates(hosts), new Question(Question.STATUS, null, null));
    }
  },

  /** Whether all replicas hold the same. */
  DIGEST("DIGEST") {
    @Override
    int run(Session session, String hosts) throws IOException {
      return new DigestCommand(session.impatient()).run(hosts);
    }
  },

  /** Commands from standard input, or from whoever sits at the terminal. */
  STANDARD_INPUT("-") {
    @Override
    int run(Session session, String hosts) throws IOException {
      return new CommandInput(session, hosts).run();
    }
  };

  private final String word;

  HostCommand(String word) {
    this.word = word;
  }

  /** What it is called. */
  String word() {
    return word;
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
   * @return the exit status
   * @throws IOException if its own output cannot be written
   */
  abstract int run(Session session, String hosts) throws IOException;
}
