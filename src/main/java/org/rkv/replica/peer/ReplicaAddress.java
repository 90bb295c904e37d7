package org.rkv.replica.peer;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.rkv.net.AddressLiteral;
import org.rkv.protocol.KvProgram;

/**
 * An entry of the replica file: a replica, and where it is called.
 *
 * @param name as the file has it, for people
 * @param host name or address to connect to
 * @param addresses what the host was last resolved to; empty if that is not known
 * @param port TCP
 */
public record ReplicaAddress(String name, String host, List<InetAddress> addresses, int port) {
  /** Takes the addresses as they are. */
  public ReplicaAddress {
    addresses = List.copyOf(addresses);
  }

  /** The same entry, resolved anew. */
  ReplicaAddress resolvedTo(List<InetAddress> newAddresses) {
    return new ReplicaAddress(name, host, newAddresses, port);
  }

  /** The entry in its one form: see {@link #text(String, int)}. */
  public String text() {
    return text(host, port);
  }

  /**
   * An entry in its one form, {@code host:port}: lower case, no last dot, the port always; an
   * address as {@link AddressLiteral} reads and writes it, IPv6 in brackets and without zone.
   * Entries that are equal in this form are one; no others are, wherever they lead.
   */
  public static String text(String host, int port) {
    return inBrackets(textOfHost(host)) + ":" + port;
  }

  private static String textOfHost(String host) {
    int zone = host.indexOf('%');
    String plain = zone < 0 ? host : host.substring(0, zone);
    return AddressLiteral.parse(plain)
        .map(AddressLiteral::text)
        .orElseGet(() -> AddressLiteral.withoutLastDot(plain).toLowerCase(Locale.ROOT));
  }

  /** Whether both are one entry, however they are written or resolved just now. */
  boolean isAtSamePlaceAs(ReplicaAddress other) {
    return text().equals(other.text());
  }

  /** How a client finds it: with its port, unless that is the default. */
  String shown() {
    return shown(host, port);
  }

  static String shown(String host, int port) {
    return port == KvProgram.DEFAULT_PORT ? host : inBrackets(host) + ":" + port;
  }

  private static String inBrackets(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
