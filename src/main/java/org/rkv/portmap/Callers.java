package org.rkv.portmap;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import org.rkv.oncrpc.ServerCall;

/** What the address of a caller tells. Safe for all threads; nothing here waits for anybody. */
final class Callers {
  private Callers() {}

  /** Whether an answer much longer than the call may be sent: it goes to a host that did ask. */
  static boolean mayList(ServerCall call) {
    return call.channel().isConnection() || isOfThisMachine(call.remoteAddress().getAddress());
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  /** Which address of this machine leads to the caller, as routes have it now; or none. */
  static Optional<InetAddress> localAddressTowards(ServerCall call) {
    try (DatagramSocket probe = new DatagramSocket()) {
      probe.connect(call.remoteAddress()); // of UDP: nothing leaves the machine
      return Optional.of(probe.getLocalAddress());
    } catch (SocketException e) {
      return Optional.empty();
    }
  }
}
