package org.rkv.cli;

import java.nio.charset.StandardCharsets;

/**
 * What a stored text, which anybody may have written, could do to a terminal: move, hide, rename,
 * answer. Strings are bytes, one char each.
 */
final class ControlCharacters {
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int FIRST_OF_C1 = 0x80;
  private static final int FIRST_BEHIND_C1 = 0xa0;

  /** What Java makes of bytes that are no UTF-8. */
  static final char REPLACEMENT = '\ufffd';

  private static final String REPLACEMENT_BYTES = "\u00ef\u00bf\u00bd";

  private ControlCharacters() {}

  /**
   * Shows the control characters of ASCII but tab and newline, and those from 80 to 9f, be they
   * bytes of their own or written in UTF-8, as {@code $'..'} would take them: {@code \x1b}.
   */
  static String escaped(String bytes) {
    StringBuilder shown = null;
    int i = 0;
    while (i < bytes.length()) {
      int length = lengthAt(bytes, i);
      if (isControl(bytes, i, length)) {
        if (shown == null) {
          shown = new StringBuilder(bytes.substring(0, i));
        }
        for (int each = i; each < i + length; each++) {
          shown.append(String.format("\\x%02x", (int) bytes.charAt(each)));
        }
      } else if (shown != null) {
        shown.append(bytes, i, i + length);
      }
      i += length;
    }
    return shown == null ? bytes : shown.toString();
  }

  /** A name that somebody tells, who may tell anything: with "?" for what no name has. */
  static String replaced(String name) {
    return name.replaceAll("[^ -~]", "?");
  }

  /** Whether the character of so many bytes that begins here is none that is shown. */
  static boolean isControl(String bytes, int at, int length) {
    char first = bytes.charAt(at);
    if (length == 2) {
      return first == 0xc2 && bytes.charAt(at + 1) < FIRST_BEHIND_C1;
    }
    return length == 1
        && (first < FIRST_PRINTABLE && first != '\t' && first != '\n'
            || first >= FIRST_OF_C1 && first < FIRST_BEHIND_C1);
  }

  /** How many bytes the character of UTF-8 takes that begins here; 1 if none does. */
  static int lengthAt(String bytes, int at) {
    char first = bytes.charAt(at);
    int length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
    if (length == 1 || at + length > bytes.length()) {
      return 1;
    }
    byte[] part = bytes.substring(at, at + length).getBytes(StandardCharsets.ISO_8859_1);
    String decoded = new String(part, StandardCharsets.UTF_8);
    boolean isOne = decoded.codePointCount(0, decoded.length()) == 1;
    boolean isDecoded = decoded.charAt(0) != REPLACEMENT || bytes.startsWith(REPLACEMENT_BYTES, at);
    return isOne && isDecoded ? length : 1;
  }
}
