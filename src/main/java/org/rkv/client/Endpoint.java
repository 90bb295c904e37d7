package org.rkv.client;

/**
 * Where a replica is looked for. Immutable.
 *
 * @param host a name or an address, as it was written
 * @param port the replica's TCP port, or 0 to ask the portmapper of the host
 */
public record Endpoint(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Reads {@code host}, {@code host:port}, {@code [IPv6]:port} or a bare IPv6 address. What is none
   * of these is taken for a host name as a whole, which nobody will find.
   */
  public static Endpoint parse(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end == text.length() - 1) {
        return new Endpoint(text.substring(1, end), 0);
      }
      int port = end > 0 && text.charAt(end + 1) == ':' ? port(text.substring(end + 2)) : 0;
      return port > 0 ? new Endpoint(text.substring(1, end), port) : new Endpoint(text, 0);
    }
    int colon = text.indexOf(':');
    if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
      return new Endpoint(text, 0);
    }
    int port = port(text.substring(colon + 1));
    return port > 0 ? new Endpoint(text.substring(0, colon), port) : new Endpoint(text, 0);
  }

  /**
   * Refuses a text that has something like a port, which is none: to {@link #parse} it is a host.
   *
   * @throws IllegalArgumentException with one line that says so
   */
  public static void requirePort(String text) {
    int colon = text.indexOf(':');
    boolean isIpv6 = colon >= 0 && text.indexOf(':', colon + 1) >= 0 && !text.contains("]:");
    if (colon >= 0 && !isIpv6 && !text.endsWith("]") && parse(text).port() == 0) {
      throw new IllegalArgumentException(
          text + ": a port is a number from 1 to 65535, behind a host's name or [IPv6 address]");
    }
  }

  /** The same host at this port, unless it has a port already. */
  public Endpoint orAt(int otherPort) {
    return port == 0 ? new Endpoint(host, otherPort) : this;
  }

  private static int port(String digits) {
    int port = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '9' || port > MAX_PORT) {
        return 0;
      }
      port = 10 * port + digit - '0';
    }
    return port > MAX_PORT ? 0 : port;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    if (port == 0) {
      return host;
    }
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
