package org.rkv.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What was found behind the addresses of one name, and so in which order they are tried. Belongs to
 * the event loop's thread.
 */
final class KnownAddresses {
  private InetAddress right;

  /** The one of which this was found out longest ago first. */
  private final Set<InetAddress> elsewhere = new LinkedHashSet<>();

  void ledRight(InetAddress address) {
    right = address;
    elsewhere.remove(address);
  }

  void ledElsewhere(InetAddress address) {
    if (address.equals(right)) {
      right = null;
    }
    elsewhere.remove(address);
    elsewhere.add(address);
  }

  /**
   * The addresses that the name has now: the one that was right first, those that led elsewhere
   * last, since they may do so no more.
   */
  List<InetAddress> inOrder(List<InetAddress> resolved) {
    elsewhere.retainAll(resolved);
    List<InetAddress> order = new ArrayList<>(resolved);
    order.removeAll(elsewhere);
    order.addAll(elsewhere);
    if (order.remove(right)) {
      order.add(0, right);
    }
    return order;
  }

  /** What is tried when the name cannot be resolved: the one that was right, if there is one. */
  List<InetAddress> lastRight() {
    return right == null ? List.of() : List.of(right);
  }
}
