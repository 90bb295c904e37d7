package org.rkv.testing;

/** What was measured, for whoever reads a test's output. */
public final class Figures {
  private Figures() {}

  /** Prints one line. */
  public static void print(String what, Object figure) {
    System.out.println("figure: " + what + ": " + figure);
  }
}
