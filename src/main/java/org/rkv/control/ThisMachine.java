package org.rkv.control;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.rkv.replica.ThisHost;

/** Tells the names of this machine from those of others. */
final class ThisMachine {
  private ThisMachine() {}

  /** Its memory, or as much of it as the control group of this process may have if that is less. */
  static long memoryBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  /**
   * Whether one of the addresses of a host is an address of this machine. Resolves the name, so it
   * may block; one that cannot be resolved is another machine's.
   */
  static boolean hasName(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (ThisHost.isOfThisMachine(address)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
