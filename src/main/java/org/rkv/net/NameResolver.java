package org.rkv.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** A name service. Production has the system's, tests one that is wrong, late or silent. */
public interface NameResolver {
  /**
   * Asks for the addresses of a name, in the order in which they are to be tried. Blocks, for many
   * seconds if the service does not answer. Safe for all threads.
   *
   * @return one at least
   * @throws UnknownHostException if there are none, or it cannot be told now
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** What the operating system is set up with; the JDK may remember what it said. */
  static NameResolver ofTheSystem() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
