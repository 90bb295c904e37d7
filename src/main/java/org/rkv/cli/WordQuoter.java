package org.rkv.cli;

/**
 * Writes any bytes as one word that {@link WordSplitter} takes for these bytes: as they are if
 * nothing in them has a meaning, else in quotes. Strings are bytes, one char each.
 */
final class WordQuoter {
  private static final String OTHERWISE_MEANT = "'\"\\$`#";
  private static final char FIRST_PRINTABLE = ' ';
  private static final char LAST_OF_ASCII = '~';
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private WordQuoter() {}

  /** In printable ASCII alone, so that no locale, editor or mail can change it. */
  static String ascii(String bytes) {
    return quoted(bytes, false);
  }

  /** For people: what is UTF-8 and no control character stays as it is. */
  static String readable(String bytes) {
    return quoted(bytes, true);
  }

  private static String quoted(String bytes, boolean keepsUtf8) {
    boolean isPlain = !bytes.isEmpty();
    int i = 0;
    while (i < bytes.length()) {
      int length = keptLength(bytes, i, keepsUtf8);
      char first = bytes.charAt(i);
      if (length == 0 || first == '\'') {
        return escaped(bytes, keepsUtf8);
      }
      isPlain &= first != FIRST_PRINTABLE && OTHERWISE_MEANT.indexOf(first) < 0;
      i += length;
    }
    return isPlain ? bytes : "'" + bytes + "'";
  }

  private static String escaped(String bytes, boolean keepsUtf8) {
    StringBuilder word = new StringBuilder(2 * bytes.length()).append("$'");
    int i = 0;
    while (i < bytes.length()) {
      int length = keptLength(bytes, i, keepsUtf8);
      char first = bytes.charAt(i);
      if (length == 0) {
        escape(first, word);
        i++;
        continue;
      }
      if (first == '\'' || first == '\\') {
        word.append('\\');
      }
      word.append(bytes, i, i + length);
      i += length;
    }
    return word.append('\'').toString();
  }

  private static void escape(char each, StringBuilder word) {
    switch (each) {
      case '\n' -> word.append("\\n");
      case '\t' -> word.append("\\t");
      case '\r' -> word.append("\\r");
      default -> word.append("\\x").append(HEX[each >> 4]).append(HEX[each & 0xf]);
    }
  }

  /** How many bytes that need no escape stand here, as one character. */
  private static int keptLength(String bytes, int at, boolean keepsUtf8) {
    char first = bytes.charAt(at);
    if (first <= LAST_OF_ASCII) {
      return first < FIRST_PRINTABLE ? 0 : 1;
    }
    if (!keepsUtf8) {
      return 0;
    }
    int length = ControlCharacters.lengthAt(bytes, at);
    return length == 1 || ControlCharacters.isControl(bytes, at, length) ? 0 : length;
  }
}
