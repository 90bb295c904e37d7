package org.rkv.cli;

/**
 * Which standard streams somebody sees at once. Immutable.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 */
record Terminals(boolean out, boolean err) {
  static final Terminals NONE = new Terminals(false, false);

  /** Set by the shell script, which can tell best: the numbers of the streams that are. */
  private static final String PROPERTY = "rkv.terminals";

  /** Those of this process. */
  static Terminals ofThisProcess() {
    String numbers = System.getProperty(PROPERTY);
    if (numbers == null) {
      boolean isConversation = System.console() != null;
      return new Terminals(isConversation, isConversation);
    }
    return new Terminals(numbers.indexOf('1') >= 0, numbers.indexOf('2') >= 0);
  }
}
