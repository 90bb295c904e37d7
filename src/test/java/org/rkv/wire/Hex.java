package org.rkv.wire;

import java.util.HexFormat;

/** Bytes as RFCs and packet dumps show them: hexadecimal digits in groups of four bytes. */
final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  /** The bytes that these digits stand for; white space and bars are for the reader only. */
  static byte[] bytes(String digits) {
    return FORMAT.parseHex(digits.replaceAll("[\\s|]", ""));
  }

  /** In words of four bytes, the last one maybe shorter, with a space between them. */
  static String words(byte[] bytes) {
    return FORMAT.formatHex(bytes).replaceAll("(.{8})(?=.)", "$1 ");
  }
}
