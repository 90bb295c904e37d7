package org.rkv.cli;

import java.io.IOException;

/** Whether there is a standard input. */
final class StandardInput {
  /**
   * Set by the shell script if there is none. Without one, whatever file Java opens first, one of
   * its own, would have its number and be read.
   */
  private static final String CLOSED_PROPERTY = "rkv.closed";

  private static final char NUMBER = '0';

  private StandardInput() {}

  /**
   * Refuses to go on without.
   *
   * @throws IOException if it is closed
   */
  static void require() throws IOException {
    if (System.getProperty(CLOSED_PROPERTY, "").indexOf(NUMBER) >= 0) {
      throw new IOException("standard input is closed");
    }
  }
}
