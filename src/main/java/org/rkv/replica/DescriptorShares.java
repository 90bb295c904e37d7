package org.rkv.replica;

/**
 * How the file descriptors of the process are shared, so that there is always one for a peer, the
 * replica file, or the portmapper, whatever clients do.
 */
final class DescriptorShares {
  /** The JVM's, those that we listen with, and for files, names and the portmapper. */
  private static final int OWN = 64;

  /** Two links each way, one that is being made, and one left over from before. */
  private static final int OF_A_PEER = 6;

  /** However few descriptors there are, some clients are served. */
  private static final int LEAST_OF_CLIENTS = 8;

  private DescriptorShares() {}

  /**
   * How many connections clients may have.
   *
   * @param limit of the process
   * @param most of clients, were there enough for them
   */
  static int ofClients(int limit, int peers, int most) {
    return Math.max(LEAST_OF_CLIENTS, Math.min(most, limit - OWN - OF_A_PEER * peers));
  }
}
