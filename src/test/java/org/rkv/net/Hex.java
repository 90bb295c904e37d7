package org.rkv.net;

import java.util.HexFormat;

/** Bytes as RFCs and packet dumps show them: hexadecimal digits in groups of four bytes. */
public final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  /** The bytes that these digits stand for; white space and bars are for the reader only. */
  public static byte[] bytes(String digits) {
    return FORMAT.parseHex(digits.replaceAll("[\\s|]", ""));
  }

  /** In words of four bytes, the last one maybe shorter, with a space between them. */
  public static String words(byte[] bytes) {
    return FORMAT.formatHex(bytes).replaceAll("(.{8})(?=.)", "$1 ");
  }
}
