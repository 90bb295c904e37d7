package org.rkv.replica;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a replica is watched over HTTP.
 *
 * @param address to listen at; null for loopback
 * @param port 0 for any
 * @param hosts names that it may be asked for by, beside addresses and localhost
 */
public record HttpSettings(String address, int port, Set<String> hosts) {
  private static final int MAX_PORT = 65_535;

  /**
   * Reads {@code [ADDRESS:]PORT}; an address of IPv6 is in brackets.
   *
   * @return null if nothing was given
   * @throws IllegalArgumentException with one clear line
   */
  static HttpSettings parse(String text, Iterable<String> hosts) {
    Set<String> names = new TreeSet<>();
    hosts.forEach(host -> names.add(host.toLowerCase(Locale.ROOT)));
    if (text == null) {
      if (!names.isEmpty()) {
        throw new IllegalArgumentException("--http-host goes with --http");
      }
      return null;
    }
    int colon = text.lastIndexOf(':');
    String address = colon < 0 ? null : text.substring(0, colon);
    String port = text.substring(colon + 1);
    boolean isBracketed =
        address != null && address.startsWith("[") && address.endsWith("]") && address.length() > 2;
    if (!port.matches("\\d{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > MAX_PORT
        || address != null
            && (address.isEmpty() || !isBracketed && address.matches(".*[:\\[\\]].*"))) {
      throw new IllegalArgumentException("--http must be [ADDRESS:]PORT, not " + text);
    }
    return new HttpSettings(
        isBracketed ? address.substring(1, address.length() - 1) : address,
        Integer.parseInt(port),
        names);
  }
}
