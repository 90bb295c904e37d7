package org.rkv.client;

/**
 * How many reads may be sent once more because their replica is silent. A cluster that answers too
 * slowly must not get more to do for it: only what it has answered pays for repeats, ten answers
 * for one. A few are free, since the first replica that a client connects to may be a frozen one.
 * Not thread-safe.
 */
final class RetryBudget {
  /** Repeats that a client may make before the first answer. */
  static final int FREE_REPEATS = 10;

  private static final int ANSWERS_A_REPEAT = 10;

  private final int maxAnswers;
  private int answers = FREE_REPEATS * ANSWERS_A_REPEAT;

  /**
   * Has the free repeats.
   *
   * @param maxRepeats that are saved up at most: as many as there can be calls to repeat
   */
  RetryBudget(int maxRepeats) {
    long most = (long) Math.max(FREE_REPEATS, maxRepeats) * ANSWERS_A_REPEAT;
    maxAnswers = (int) Math.min(Integer.MAX_VALUE, most);
  }

  /** A call has been answered. */
  void answered() {
    if (answers < maxAnswers) {
      answers++;
    }
  }

  /** Takes one repeat out of it, if there is one. */
  boolean take() {
    if (answers < ANSWERS_A_REPEAT) {
      return false;
    }
    answers -= ANSWERS_A_REPEAT;
    return true;
  }
}
