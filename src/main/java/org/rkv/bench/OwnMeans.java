package org.rkv.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this process has for its clients: file descriptors and memory. */
final class OwnMeans {
  /** What a connection takes beside the calls under way on it. */
  private static final int CONNECTION_BYTES = 2048;

  /** What a call under way takes beside its text. */
  private static final int CALL_BYTES = 256;

  /** For the process itself, and for the system's sockets that are being closed. */
  private static final int OTHER_DESCRIPTORS = 64;

  private OwnMeans() {}

  /**
   * Refuses more clients and calls than this process can have.
   *
   * @param textBytes of the key and the value of each call
   * @throws IllegalArgumentException with one line that names the option
   */
  static void require(int clients, int pipeline, int textBytes) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long most = unix.getMaxFileDescriptorCount() - OTHER_DESCRIPTORS;
      if (clients > most) {
        throw new IllegalArgumentException(
            "--clients "
                + clients
                + " need more file descriptors than there are: at most "
                + most
                + ", see ulimit -n");
      }
    }
    long calls = (long) clients * pipeline;
    long bytes = clients * (long) CONNECTION_BYTES + calls * (CALL_BYTES + 2L * textBytes);
    long most = Runtime.getRuntime().maxMemory() / 2;
    if (bytes > most) {
      throw new IllegalArgumentException(
          "--clients, --pipeline and --value-bytes take "
              + (bytes >> 20)
              + " MiB of memory, and there are "
              + (most >> 20)
              + ": take less, or run rkv.jar with a larger heap (-Xmx)");
    }
  }
}
