package org.rkv.replica.peer;

import org.rkv.rpc.Names;

/**
 * Which replica is meant by a name that one gives itself. It may be the one that an entry of the
 * list means, another, or nobody: many hosts call themselves localhost. Belongs to the replica's
 * thread.
 */
final class GivenNames {
  static final String TO_OURSELVES =
      "the name leads to ourselves: mend the name service, or say with --host which name is ours";

  private final LocalReplica self;
  private final Peers peers;

  /** Of the replicas in this list, and of ourselves. */
  GivenNames(LocalReplica self, Peers peers) {
    this.self = self;
    this.peers = peers;
  }

  /**
   * Somebody answers where this peer should be.
   *
   * @return why it is not this peer; null if it is
   */
  String whyNot(Peer peer, Names callee) {
    if (callee.start == self.start()) {
      return TO_OURSELVES;
    }
    Peer other = bearer(peer, callee);
    return other == null ? null : "the name leads to replica " + other.name();
  }

  /**
   * Which other one it is then, if only what it once called itself says so, and no entry does; else
   * null.
   */
  Peer knownOnlyAs(Peer peer, Names callee) {
    Peer other = bearer(peer, callee);
    return other == null || other.entry().hasText(PeerMessages.plain(callee.name)) ? null : other;
  }

  private Peer bearer(Peer peer, Names callee) {
    String name = PeerMessages.plain(callee.name);
    if (peer.entry().isCalledForGood(name)) {
      return null;
    }
    for (Peer other : peers.all()) {
      boolean isOthers =
          other.entry().hasText(name)
              || name.equals(other.entry().givenName()) && !isNobodysName(name, other, callee);
      if (other != peer && isOthers) {
        return other;
      }
    }
    return null;
  }

  /**
   * Whether two replicas call themselves so, which then is no name of either: clones may all be
   * called localhost.
   */
  private boolean isNobodysName(String name, Peer other, Names callee) {
    return isLocalhost(name)
        || other.isReached()
            && other.incarnation() != callee.incarnation
            && peers.all().stream().noneMatch(peer -> peer.entry().hasText(name));
  }

  /** By which name this peer, which answers, is to be known: its own unless others have it too. */
  String of(Peer peer, Names callee) {
    String name = PeerMessages.plain(callee.name);
    boolean shared =
        isLocalhost(name)
            || name.equals(self.givenName())
            || peers.all().stream()
                .anyMatch(other -> other != peer && other.entry().givenName().equals(name));
    return shared ? peer.entry().addressAndPort() : name;
  }

  private static boolean isLocalhost(String name) {
    return name.startsWith("localhost:") || name.startsWith("localhost.");
  }
}
