package org.rkv.replica;

import java.nio.file.Path;
import org.rkv.net.ConnectionLimits;
import org.rkv.replica.peer.Secret;
import org.rkv.store.Limits;

/**
 * How a replica runs.
 *
 * @param host the name of this replica, HOST or HOST:PORT, which is an address of this machine to
 *     bind; null to find it out from the replica file
 * @param port TCP, the same on all replicas unless the replica file says otherwise
 * @param replicaFile names all replicas
 * @param peerTimeoutMillis how long a peer may take for an answer before it counts as down
 * @param limits the same on all replicas
 * @param maxBytes how much of the heap clients may fill, as {@link org.rkv.store.Store#heldBytes}
 *     has it
 * @param tombstoneGraceMillis how long a settled tombstone is kept
 * @param secret what all replicas know, or {@link Secret#NONE}
 * @param cluster the name of the cluster, the same on all replicas that are given one; or null
 * @param clients the file that says which clients may call, or null: all may call everything
 * @param connectionLimits what those who connect are granted
 * @param logOperations whether each operation is written to standard output, as the C server does
 * @param useUdp whether calls are served over UDP, too
 * @param portmapperUse whether and how the program is found at port 111
 * @param data the directory where what is held is kept, or null: in memory only
 * @param syncMillis 0 if an entry is on the disk before it is acknowledged, else after how long
 * @param http where it can be watched, or null
 * @param options that all this was told with, for STATUS
 */
public record Settings(
    String host,
    int port,
    Path replicaFile,
    long peerTimeoutMillis,
    Limits limits,
    long maxBytes,
    long tombstoneGraceMillis,
    Secret secret,
    String cluster,
    Path clients,
    ConnectionLimits connectionLimits,
    boolean logOperations,
    boolean useUdp,
    PortmapperUse portmapperUse,
    Path data,
    long syncMillis,
    HttpSettings http,
    EffectiveOptions options) {

  /** How long a peer may take for an answer, unless something else is said. */
  public static final long DEFAULT_PEER_TIMEOUT_MILLIS = 2000;

  /** How long a settled tombstone is kept, unless something else is said. */
  public static final long DEFAULT_TOMBSTONE_GRACE_MILLIS = 60_000;

  /** What the largest call takes beside its key and value. */
  private static final int CALL_BYTES = 4096;

  /** The longest record that is read. */
  int maxRecordBytes() {
    return connectionLimits.maxRecordBytes();
  }

  /**
   * What the longest call of these limits needs, and 1 MiB at least: one with too large a key is to
   * be told so, not cut off.
   */
  static int defaultMaxRecordBytes(Limits limits) {
    return Math.max(1 << 20, 2 * limits.maxLength()) + CALL_BYTES;
  }
}
