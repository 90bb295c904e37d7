package org.rkv.control;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Tells the names of this machine from those of others. */
final class ThisMachine {
  private ThisMachine() {}

  /**
   * Whether one of the addresses of a host is an address of this machine. Resolves the name, so it
   * may block; one that cannot be resolved is another machine's.
   */
  static boolean hasName(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException | SocketException e) {
      return false;
    }
  }
}
