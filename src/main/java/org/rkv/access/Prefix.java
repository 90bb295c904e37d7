package org.rkv.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rkv.net.AddressLiteral;

/**
 * All addresses that begin with the same bits (RFC 4632, RFC 4291), or a single one. An IPv4
 * address is what IPv6 maps it to, {@code ::ffff:a.b.c.d}, so that the two are one whichever way
 * they are written or come in. Immutable, thread-safe.
 *
 * @param high the first 64 bits; those behind the prefix are zero
 * @param low the other 64
 * @param bits how many of the 128 count
 */
record Prefix(long high, long low, int bits) {
  /** The bits of an address. */
  static final int ALL_BITS = 128;

  /** So many are before those of IPv4. */
  static final int BITS_BEFORE_IPV4 = 96;

  private static final long IPV4_MAPPED = 0xffffL;
  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

  /** Four decimal numbers. C takes one with a leading zero for octal, Java does not: so none. */
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private static final Pattern IPV6 =
      Pattern.compile("(?=[^:]*:[^:]*:)(?:[0-9A-Fa-f:]{2,39}|[0-9A-Fa-f:]{1,38}:" + IPV4 + ")");

  /** A single address. */
  static Prefix of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return bytes.capacity() == 4
        ? new Prefix(0, IPV4_MAPPED << 32 | bytes.getInt() & 0xffff_ffffL, ALL_BITS)
        : new Prefix(bytes.getLong(), bytes.getLong(), ALL_BITS);
  }

  /**
   * An address, or one with the length of a prefix behind a slash.
   *
   * @throws IllegalArgumentException saying what is wrong with it, for a line that begins with the
   *     word
   */
  static Prefix parse(String word) {
    int slash = word.indexOf('/');
    String text = slash < 0 ? word : word.substring(0, slash);
    Prefix address = of(address(text));
    if (slash < 0) {
      return address;
    }
    boolean isWrittenAsIpv4 = text.indexOf(':') < 0;
    int most = isWrittenAsIpv4 ? ALL_BITS - BITS_BEFORE_IPV4 : ALL_BITS;
    Matcher length = LENGTH.matcher(word.substring(slash + 1));
    if (!length.matches() || Integer.parseInt(length.group()) > most) {
      throw new IllegalArgumentException("wants a number from 0 to " + most + " behind the slash");
    }
    int bits = Integer.parseInt(length.group()) + ALL_BITS - most;
    if (address.isIpv4() && bits < BITS_BEFORE_IPV4) {
      throw new IllegalArgumentException(
          "is a part of IPv6 with all of IPv4 in it: 0.0.0.0/0 and ::/0 are those");
    }
    Prefix prefix = address.first(bits);
    if (prefix.high != address.high || prefix.low != address.low) {
      throw new IllegalArgumentException("has bits behind its prefix: " + prefix + " has none");
    }
    return prefix;
  }

  private static InetAddress address(String text) {
    if (text.indexOf('%') >= 0) {
      throw new IllegalArgumentException("names an interface: a list has addresses without");
    }
    boolean isWell = IPV4.matcher(text).matches() || IPV6.matcher(text).matches();
    return AddressLiteral.parse(text)
        .filter(address -> isWell)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "is no address: four decimal numbers without leading zeros, or IPv6"));
  }

  /** Whether all of it is IPv4. */
  boolean isIpv4() {
    return bits >= BITS_BEFORE_IPV4 && high == 0 && low >>> 32 == IPV4_MAPPED;
  }

  /** The first bits of it. */
  Prefix first(int count) {
    return new Prefix(high & mask(count), low & mask(count - Long.SIZE), count);
  }

  private static long mask(int count) {
    if (count <= 0) {
      return 0;
    }
    return count >= Long.SIZE ? -1 : -1L << Long.SIZE - count;
  }

  /** As it is parsed. */
  @Override
  public String toString() {
    byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    try {
      String address = AddressLiteral.text(InetAddress.getByAddress(bytes)); // mapped: as IPv4
      int shown = isIpv4() ? bits - BITS_BEFORE_IPV4 : bits;
      return bits == ALL_BITS ? address : address + "/" + shown;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
