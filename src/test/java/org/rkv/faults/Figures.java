package org.rkv.faults;

/** What was measured, for whoever reads a test's output. */
final class Figures {
  private Figures() {}

  /** Prints one line. */
  static void print(String what, Object figure) {
    System.out.println("figure: " + what + ": " + figure);
  }
}
