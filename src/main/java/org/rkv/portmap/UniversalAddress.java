package org.rkv.portmap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rkv.net.AddressLiteral;

/**
 * Address and port as rpcbind has them, in one text (RFC 5665 section 5.2.3): the address, and the
 * port's two bytes, as in {@code 127.0.0.1.79.232} and {@code ::1.79.232}. Safe for all threads.
 */
public final class UniversalAddress {
  /** Stands for all addresses of IPv4 that a host has. */
  public static final InetAddress ALL_IPV4 = AddressLiteral.parse("0.0.0.0").orElseThrow();

  /** Stands for all addresses of IPv6 that a host has. */
  public static final InetAddress ALL_IPV6 = AddressLiteral.parse("::").orElseThrow();

  /** Longer than any that means something, with the path of a Unix socket among them. */
  static final int MAX_BYTES = 128;

  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{1,40})"
              + "\\.([0-9]{1,3})\\.([0-9]{1,3})");
  private static final int MAX_BYTE = 255;

  private UniversalAddress() {}

  /** The text of an address; a zone, which means nothing elsewhere, is left out. */
  public static String text(InetAddress address, int port) {
    return AddressLiteral.text(address) + "." + (port >> 8) + "." + (port & MAX_BYTE);
  }

  /** What a text says, or nothing if it is none of an IP address. Nobody is asked. */
  public static Optional<InetSocketAddress> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int high = Integer.parseInt(form.group(2));
    int low = Integer.parseInt(form.group(3));
    if (high > MAX_BYTE || low > MAX_BYTE) {
      return Optional.empty();
    }
    return AddressLiteral.parse(form.group(1))
        .map(address -> new InetSocketAddress(address, high << 8 | low));
  }
}
