package org.rkv.replica;

import org.rkv.portmap.PortmapServer;

/**
 * How the file descriptors of the process are shared, so that there is always one for a peer, the
 * replica file, or the portmapper, whatever clients do.
 */
final class DescriptorShares {
  /** The JVM's, those that we listen with, and for files, names and the portmapper. */
  private static final int OWN = 64;

  /** Its portmapper, if it has one, is asked by few at a time; with few descriptors by fewer. */
  private static final int PART_OF_PORTMAPPER = 8;

  /** Two links each way, one that is being made, and one left over from before. */
  private static final int OF_A_PEER = 6;

  /** However few descriptors there are, some clients are served. */
  private static final int LEAST_OF_CLIENTS = 8;

  private DescriptorShares() {}

  /**
   * How many connections clients may have.
   *
   * @param limit of the process
   * @param greetings that may be on their way to be admitted
   * @param ofPortmapper connections that are to the portmapper
   * @param most of clients, were there enough for them
   */
  static int ofClients(int limit, int peers, int greetings, int ofPortmapper, int most) {
    int left = limit - OWN - OF_A_PEER * peers - greetings - ofPortmapper;
    return Math.max(LEAST_OF_CLIENTS, Math.min(most, left));
  }

  /**
   * How many connections an embedded portmapper may have.
   *
   * @param limit of the process
   */
  static int ofPortmapper(int limit) {
    return Math.min(PortmapServer.MAX_CONNECTIONS, limit / PART_OF_PORTMAPPER);
  }
}
