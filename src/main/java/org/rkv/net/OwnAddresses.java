package org.rkv.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The addresses of this host, as they were when the system was last asked, which is in the
 * background and as often as somebody wants to know. Belongs to the event loop's thread.
 */
final class OwnAddresses {
  private static final long ASKED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EventLoop loop;
  private Set<InetAddress> known = Set.of();
  private long askedNanos;

  /** Knows loopback addresses only, until the system has answered once. */
  OwnAddresses(EventLoop loop) {
    this.loop = loop;
  }

  /** Whether this is one of them, so far as is known. */
  boolean contain(InetAddress address) {
    if (address.isLoopbackAddress() || known.contains(address)) {
      return true;
    }
    if (loop.coarseNanoTime() - askedNanos >= ASKED_AGAIN_NANOS) {
      ask();
    }
    return false;
  }

  /** Asks the system, in the background. */
  void ask() {
    askedNanos = loop.coarseNanoTime();
    loop.offload(OwnAddresses::addresses, addresses -> known = addresses, failure -> {});
  }

  private static Set<InetAddress> addresses() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .collect(Collectors.toUnmodifiableSet());
  }
}
