package org.rkv.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses as people write them, told from names without asking anybody. Safe for all threads.
 *
 * <p>IPv4 is read as {@link InetAddress#getByName} does, since that is where a call would go:
 * decimal, leading zeros or not, and the last number fills what is left. So {@code 127.0.0.01},
 * {@code 127.1} and {@code 2130706433} are all 127.0.0.1. (C's inet_aton agrees but for numbers of
 * 8 and more behind a leading zero, which it takes for octal: 127.0.0.010 is .10 here, .8 there.)
 */
public final class AddressLiteral {
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,10}(?:\\.[0-9]{1,10}){0,3}");
  private static final int MAX_IPV4_CHARS = 15;
  private static final int IPV6_GROUPS = 8;

  private AddressLiteral() {}

  /**
   * The address that this host is, or nothing if it is a name; one last dot does not count. An IPv4
   * address in the clothes of IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address. One that names an
   * interface which this machine does not have is nothing.
   */
  public static Optional<InetAddress> parse(String host) {
    try {
      if (host.indexOf(':') >= 0) {
        return Optional.of(InetAddress.getByName(host)); // with a colon in it nobody is asked
      }
      byte[] ipv4 = ipv4(withoutLastDot(host));
      return ipv4 == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(ipv4));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** The host without the dot that says that a name is complete. */
  public static String withoutLastDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static byte[] ipv4(String host) {
    if (host.length() > MAX_IPV4_CHARS || !IPV4.matcher(host).matches()) {
      return null;
    }
    String[] numbers = host.split("\\.");
    byte[] address = new byte[4];
    for (int i = 0; i < numbers.length; i++) {
      int firstByte = i;
      int bytes = i == numbers.length - 1 ? 4 - i : 1;
      long number = Long.parseLong(numbers[i]);
      if (number >>> 8 * bytes != 0) {
        return null;
      }
      for (int j = 0; j < bytes; j++) {
        address[firstByte + j] = (byte) (number >>> 8 * (bytes - 1 - j));
      }
    }
    return address;
  }

  /** An address in its one form: IPv4 with four numbers, IPv6 as RFC 5952 has it, no zone. */
  public static String text(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[IPV6_GROUPS];
    for (int i = 0; i < IPV6_GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    return text(groups);
  }

  /** The longest run of zeros, the first one of these, becomes two colons if it is two at least. */
  private static String text(int[] groups) {
    int runStart = 0;
    int runLength = 1;
    for (int i = 0; i < IPV6_GROUPS; i++) {
      int end = i;
      while (end < IPV6_GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
    }
    if (runLength == 1) {
      return join(groups, 0, IPV6_GROUPS);
    }
    return join(groups, 0, runStart) + "::" + join(groups, runStart + runLength, IPV6_GROUPS);
  }

  private static String join(int[] groups, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
