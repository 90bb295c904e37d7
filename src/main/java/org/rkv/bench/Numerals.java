package org.rkv.bench;

import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * Numbers as options hold them: digits, and nothing that only Java knows, as {@code 1d}, which is
 * no day, {@code 1e3} or {@code 0x10}.
 */
public final class Numerals {
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
  private static final Pattern DECIMAL = Pattern.compile("-?([0-9]+[.]?[0-9]*|[.][0-9]+)");

  private Numerals() {}

  /**
   * Reads a whole number.
   *
   * @throws TypeConversionException if it is none, or too large for any option
   */
  public static int integer(String text) {
    return Math.toIntExact(within(Integer.MAX_VALUE, text));
  }

  /**
   * Reads a whole number.
   *
   * @throws TypeConversionException if it is none, or too large for any option
   */
  public static long wholeNumber(String text) {
    return within(Long.MAX_VALUE, text);
  }

  /**
   * Reads a number with one point or none.
   *
   * @throws TypeConversionException if it is none
   */
  public static double decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new TypeConversionException("'" + text + "' is not a number");
    }
    return Double.parseDouble(text);
  }

  private static long within(long most, String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
    BigInteger number = new BigInteger(text);
    if (number.abs().compareTo(BigInteger.valueOf(most)) > 0) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
    return number.longValue();
  }
}
