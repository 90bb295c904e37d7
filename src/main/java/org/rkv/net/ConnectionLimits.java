package org.rkv.net;

/**
 * What a server grants to those who connect to it.
 *
 * @param maxConnections when there are more, the one that has been idle longest is closed
 * @param maxRecordBytes the longest record that is taken whole
 * @param idleTimeoutMillis a connection that is silent for so long and takes no replies, with no
 *     call under way, is closed
 * @param stalledTimeoutMillis so long a record may be incomplete, and so long a caller may leave
 *     over 1 MiB of replies unread; fewer as long as it may be idle
 * @param maxBufferedBytes of all connections together, half records and unread replies; when there
 *     is more, the connection that holds most is closed
 */
public record ConnectionLimits(
    int maxConnections,
    int maxRecordBytes,
    long idleTimeoutMillis,
    long stalledTimeoutMillis,
    long maxBufferedBytes) {
  /** As many connections as one replica keeps, unless told otherwise. */
  public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

  /** Ten minutes. */
  public static final long DEFAULT_IDLE_TIMEOUT_MILLIS = 600_000;

  /** Ten seconds. */
  private static final long DEFAULT_STALLED_TIMEOUT_MILLIS = 10_000;

  /** The defaults, for records of at most so many bytes. */
  public static ConnectionLimits forRecords(int maxRecordBytes) {
    return new ConnectionLimits(
        DEFAULT_MAX_CONNECTIONS,
        maxRecordBytes,
        DEFAULT_IDLE_TIMEOUT_MILLIS,
        DEFAULT_STALLED_TIMEOUT_MILLIS,
        Runtime.getRuntime().maxMemory() / 4);
  }
}
