package org.rkv.control;

/** Why a step is not done: one line for the operator, and the exit status of {@code kv_r.sh}. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int NOT_DONE = 1;
  private static final int BAD_USAGE = 2;

  /** As a shell's of what was ended by SIGINT. */
  private static final int INTERRUPTED = 130;

  private final int exitStatus;

  private Refusal(int exitStatus, String message) {
    super(message);
    this.exitStatus = exitStatus;
  }

  /** It cannot be done as things are. */
  static Refusal notDone(String message) {
    return new Refusal(NOT_DONE, message);
  }

  /** What was asked for makes no sense. */
  static Refusal badUsage(String message) {
    return new Refusal(BAD_USAGE, message);
  }

  /** A signal has ended it before all was done. */
  static Refusal interrupted(String message) {
    return new Refusal(INTERRUPTED, message);
  }

  int exitStatus() {
    return exitStatus;
  }
}
