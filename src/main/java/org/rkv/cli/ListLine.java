package org.rkv.cli;

import java.util.List;

/** LIST as a line of input has it. Immutable. */
record ListLine(String prefix, EntryOptions options) {
  private static final String OF_LIST = "--(keys-only|limit(=.*)?)|[^-].*";

  /**
   * Reads the line.
   *
   * @param words LIST and what follows it
   * @throws IllegalArgumentException with one line that says what is wrong with it
   */
  static ListLine of(List<String> words) {
    OptionsBehind behind = OptionsBehind.of(words.subList(1, words.size()));
    boolean isOthers = !behind.options().stream().allMatch(each -> each.matches(OF_LIST));
    if (isOthers || behind.words().size() > HostCommand.LIST.mostWords()) {
      throw new IllegalArgumentException("usage: " + HostCommand.LIST.usage());
    }
    return new ListLine(
        behind.words().isEmpty() ? "" : behind.words().get(0),
        behind.options().isEmpty()
            ? EntryOptions.NONE
            : OptionParser.entryOptions(behind.options()));
  }
}
