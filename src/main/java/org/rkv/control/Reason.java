package org.rkv.control;

import java.util.List;
import java.util.Map;

/**
 * Why a replica does not serve or does not work together with others, in two words for the last
 * column of the table; the lines below the table have the whole of it.
 */
final class Reason {
  /** What replicas say of each other, and what an operator is to look at first. */
  private static final Map<String, String> SHORT =
      Map.of(
          "its capacity or maximal length is not ours", "other limits",
          "it has no secret, or another one", "other secret",
          "it belongs to another cluster", "other cluster",
          "its replica file is not ours", "other replica file",
          "two histories", "two histories",
          "it is of another release", "other release");

  private Reason() {}

  /**
   * Finds the first that is known by such words.
   *
   * @param troubles name, colon and reason of each
   * @return {@code -} if there is none
   */
  static String of(List<String> troubles) {
    for (String trouble : troubles) {
      String reason = trouble.substring(trouble.indexOf(": ") + 1).strip();
      for (Map.Entry<String, String> known : SHORT.entrySet()) {
        if (reason.startsWith(known.getKey())) {
          return known.getValue();
        }
      }
    }
    return Row.UNKNOWN;
  }
}
