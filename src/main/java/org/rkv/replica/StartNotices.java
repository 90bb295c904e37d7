package org.rkv.replica;

import java.net.InetAddress;
import java.util.List;
import org.rkv.replica.peer.ReplicaAddress;
import org.slf4j.Logger;

/** What an operator should know of the settings when a replica begins to serve, in its log. */
final class StartNotices {
  private final Settings settings;
  private final Logger log;

  StartNotices(Settings settings, Logger log) {
    this.settings = settings;
    this.log = log;
  }

  /**
   * Says it.
   *
   * @param boundAddress where it listens, null for all addresses of this machine
   */
  void tell(InetAddress boundAddress, List<ReplicaAddress> others) {
    warnOfALoopbackAddress(boundAddress, others);
    warnOfNoSecret(others);
    tellOfTheHeap();
  }

  /** Debian, for one, gives a host's own name the address 127.0.1.1 in its /etc/hosts. */
  private void warnOfALoopbackAddress(InetAddress boundAddress, List<ReplicaAddress> others) {
    if (boundAddress != null
        && boundAddress.isLoopbackAddress()
        && others.stream().anyMatch(StartNotices::isElsewhere)) {
      log.warn(
          "our own name has the address {} here, at which no other host can reach us; see"
              + " /etc/hosts",
          boundAddress.getHostAddress());
    }
  }

  private static boolean isElsewhere(ReplicaAddress peer) {
    return peer.addresses().stream().anyMatch(address -> !address.isLoopbackAddress());
  }

  private void warnOfNoSecret(List<ReplicaAddress> others) {
    if (settings.secret().isNone() && !others.isEmpty()) {
      log.warn("no secret: any process at an address of the replica file may call as a replica");
    }
  }

  /** All replicas hold the same: the smallest would say "full" for all. */
  private void tellOfTheHeap() {
    long mebibytes = settings.maxBytes() >> 20;
    log.info("clients may fill {} MiB of the heap", mebibytes);
    if (settings.limits().maxHeapBytes() > settings.maxBytes()) {
      log.warn(
          "clients may fill {} MiB of the heap, and a store full of the largest keys and values"
              + " takes {} MiB: see -Xmx",
          mebibytes,
          settings.limits().maxHeapBytes() >> 20);
    }
  }
}
