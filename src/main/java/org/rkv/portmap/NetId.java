package org.rkv.portmap;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/** The transports over which programs are found, by the names that rpcbind has for them. */
public enum NetId {
  /** TCP over IPv4. */
  TCP("tcp", Portmap.TCP, false),
  /** UDP over IPv4. */
  UDP("udp", Portmap.UDP, false),
  /** TCP over IPv6. */
  TCP6("tcp6", Portmap.TCP, true),
  /** UDP over IPv6. */
  UDP6("udp6", Portmap.UDP, true);

  private final String text;
  private final int protocol;
  private final boolean isIpv6;

  NetId(String text, int protocol, boolean isIpv6) {
    this.text = text;
    this.protocol = protocol;
    this.isIpv6 = isIpv6;
  }

  /** The one that this protocol has at an address of this family. */
  public static NetId of(int protocol, InetAddress address) {
    boolean isIpv6 = address instanceof Inet6Address;
    return protocol == Portmap.TCP ? isIpv6 ? TCP6 : TCP : isIpv6 ? UDP6 : UDP;
  }

  /** The one of this name, or nothing: rpcbind has others too. */
  static Optional<NetId> of(String text) {
    return Arrays.stream(values()).filter(each -> each.text.equals(text)).findFirst();
  }

  /** Its name. */
  public String text() {
    return text;
  }

  /** {@link Portmap#TCP} or {@link Portmap#UDP}. */
  public int protocol() {
    return protocol;
  }

  /** Whether it is one of IPv6, which a portmapper of version 2 does not know. */
  public boolean isIpv6() {
    return isIpv6;
  }
}
