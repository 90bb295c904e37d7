package org.rkv.bench;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.Connector;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.protocol.KvStub;
import org.rkv.protocol.ResponseText;
import org.rkv.rpc.Status;
import org.rkv.rpc.kvClient;

/** What a store has room for, as a replica tells it. Immutable. */
record StoreLimits(int maxTextBytes, long freeEntries, int capacity, long freeBytes) {
  /** What a replica counts for an entry beside its text. */
  private static final int ENTRY_BYTES = 200;

  /** A key or value of as many bytes as the limit says is too large, and of one less too. */
  private static final int BEYOND_LIMIT = 2;

  static StoreLimits of(Status status) {
    return new StoreLimits(
        status.max_length - BEYOND_LIMIT,
        (long) status.capacity - status.entries,
        status.capacity,
        status.max_bytes - status.held_bytes);
  }

  /**
   * Asks a replica.
   *
   * @param replica host and port
   * @throws IOException with one line that says why it does not answer
   */
  static StoreLimits askedOf(String replica, Connector connector) throws IOException {
    try {
      kvClient client =
          connector.connect(replica, (address, millis) -> KvStub.open(address, millis, millis));
      try {
        return of(client.STATUS_1());
      } finally {
        client.close();
      }
    } catch (ConnectFailedException e) {
      throw new IOException(replica + ": RPC: " + e.reason(), e);
    } catch (OncRpcException e) {
      throw new IOException(
          RpcMessage.TOO_WEAK.equals(e.getMessage())
              ? replica + " " + ResponseText.notPermitted(false)
              : replica + ": RPC: " + e.getMessage(),
          e);
    }
  }

  /**
   * Refuses a workload that would not fit.
   *
   * @throws IllegalArgumentException with one line that names the option
   */
  void require(Workload workload) {
    int keyBytes = workload.key(workload.keys() - 1).length();
    if (keyBytes > maxTextBytes) {
      throw new IllegalArgumentException(
          "--key-prefix and --keys make keys of " + keyBytes + " bytes, which" + tooLong());
    }
    if (workload.valueBytes() > maxTextBytes) {
      throw new IllegalArgumentException(
          "--value-bytes " + workload.valueBytes() + ": values" + tooLong());
    }
    if (workload.keys() > freeEntries) {
      throw new IllegalArgumentException(
          "--keys "
              + workload.keys()
              + " do not fit: "
              + freeEntries
              + " of "
              + capacity
              + " entries are free; take fewer, or raise --capacity of all replicas");
    }
    long bytes = (long) workload.keys() * (ENTRY_BYTES + keyBytes + workload.valueBytes());
    if (bytes > freeBytes) {
      throw new IllegalArgumentException(
          "--keys and --value-bytes take "
              + (bytes >> 20)
              + " MiB, and "
              + (Math.max(0, freeBytes) >> 20)
              + " MiB are free; take less, or raise the heap or --max-bytes of all replicas");
    }
  }

  private String tooLong() {
    return " are too large: the replicas take "
        + maxTextBytes
        + "; take less, or raise --max-length of all replicas";
  }
}
