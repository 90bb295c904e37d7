package org.rkv.net;

import java.io.Serial;

/**
 * A word of a file that an operator writes is not what it should be. The word may be anything, and
 * goes to a log: the message is one line, and short.
 */
public final class BadWordException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int MAX_SHOWN_CHARS = 60;

  /**
   * Says where it is.
   *
   * @param what is wrong with it, as the end of a sentence that begins with it
   */
  public BadWordException(int lineNumber, String word, String what) {
    super("line " + lineNumber + ": \"" + shown(word) + "\" " + what);
  }

  private static String shown(String word) {
    String shown =
        word.length() > MAX_SHOWN_CHARS ? word.substring(0, MAX_SHOWN_CHARS) + "..." : word;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
