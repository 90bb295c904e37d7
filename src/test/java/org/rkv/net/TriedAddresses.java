package org.rkv.net;

import java.net.InetAddress;
import java.util.List;

/** In which order the addresses of one name are tried: as {@link TcpNetwork} tries them. */
public final class TriedAddresses {
  private final KnownAddresses known = new KnownAddresses();

  /** This one led to whom the caller wants. */
  public void ledRight(InetAddress address) {
    known.ledRight(address);
  }

  /** This one led to somebody else. */
  public void ledElsewhere(InetAddress address) {
    known.ledElsewhere(address);
  }

  /** What is tried when the name has these addresses. */
  public List<InetAddress> inOrder(List<InetAddress> resolved) {
    return known.inOrder(resolved);
  }

  /** What is tried when the name cannot be resolved. */
  public List<InetAddress> lastRight() {
    return known.lastRight();
  }
}
