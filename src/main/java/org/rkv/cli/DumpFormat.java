package org.rkv.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a dump beside its PUTs: comments to whoever reads commands. The first tells what it
 * is, the last that it is whole.
 */
final class DumpFormat {
  /** How each dump of this format begins; one that cannot be read as this gets another number. */
  static final String BEGIN = "# rkv dump 1";

  private static final String ANY_BEGIN = "# rkv dump ";
  private static final Pattern END = Pattern.compile("# end of rkv dump: ([0-9]{1,18}) entries");

  private DumpFormat() {}

  /**
   * The first line.
   *
   * @param host that was asked
   * @param time in UTC
   * @param about how many entries it had then; less than zero if that is not known
   */
  static String begin(String host, String time, long about) {
    return BEGIN + ": " + host + ", " + time + (about < 0 ? "" : ", about " + about + " entries");
  }

  /** The last line, behind so many PUTs. */
  static String end(long entries) {
    return "# end of rkv dump: " + entries + " entries";
  }

  /**
   * How many PUTs the last line tells of; -1 if this is no last line. White space behind it is
   * passed over: CR LF too.
   */
  static long entriesAtEnd(String line) {
    Matcher end = END.matcher(line.stripTrailing());
    return end.matches() ? Long.parseLong(end.group(1)) : -1;
  }

  /**
   * Looks at the first line.
   *
   * @throws IllegalArgumentException with one line, if it begins no dump of this format
   */
  static void requireBegin(String line) {
    if (line.stripTrailing().equals(BEGIN) || line.startsWith(BEGIN + ":")) {
      return;
    }
    throw new IllegalArgumentException(
        line.startsWith(ANY_BEGIN)
            ? "a dump of a newer release than this program"
            : "no dump begins so; \"rkv HOST -\" reads commands");
  }
}
