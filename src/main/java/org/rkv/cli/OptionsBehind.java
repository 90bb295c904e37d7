package org.rkv.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands behind a command which is not the C client's: options, their values behind them, and
 * other words. Immutable.
 */
record OptionsBehind(List<String> options, List<String> words) {
  private static final String OPTION = "--";

  /** Takes apart what follows a command. What follows the word "--" is no option. */
  static OptionsBehind of(List<String> following) {
    List<String> options = new ArrayList<>();
    List<String> words = new ArrayList<>();
    boolean areWords = false;
    for (int i = 0; i < following.size(); i++) {
      String each = following.get(i);
      if (areWords || !each.startsWith(OPTION)) {
        words.add(each);
      } else if (each.equals(OPTION)) {
        areWords = true;
      } else {
        options.add(each);
        if (i + 1 < following.size() && OptionParser.takesNextWord(each)) {
          options.add(following.get(++i));
        }
      }
    }
    return new OptionsBehind(options, words);
  }

  /**
   * Puts options before HOST.
   *
   * @param arguments from HOST on; the same are returned if the command is the C client's, or does
   *     not take so many words
   */
  static String[] first(String... arguments) {
    HostCommand command = arguments.length < 3 ? null : HostCommand.named(arguments[1]);
    if (command == null) {
      return arguments;
    }
    OptionsBehind behind = of(List.of(arguments).subList(2, arguments.length));
    if (behind.words.size() > command.mostWords()) {
      return arguments;
    }
    List<String> ordered = new ArrayList<>(behind.options);
    ordered.add(arguments[0]);
    ordered.add(arguments[1]);
    ordered.addAll(behind.words);
    return ordered.toArray(String[]::new);
  }
}
