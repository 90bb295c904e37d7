package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.List;
import org.rkv.replica.epoch.CommonStart;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.kv;

/**
 * Whose copies all go on from when they start together, nobody of them serving: what {@link
 * CommonStart} comes to for those that are here.
 *
 * @param areWeAmong whether our own copy is one of them
 * @param peers the others
 */
record Givers(boolean areWeAmong, List<Peer> peers) {
  /** All that are here; nobody if each of several holds what others lack. */
  static Givers of(LocalReplica self, List<Peer> all) {
    if (self.standing() == kv.STANDING_IN_MEMORY && all.stream().allMatch(Givers::isInMemory)) {
      return new Givers(true, all); // nobody has more than an old copy: all of them come together
    }
    CommonStart.Candidate here = candidate(self.past(), self.standing());
    List<CommonStart.Candidate> candidates = new ArrayList<>(List.of(here));
    all.forEach(peer -> candidates.add(candidate(peer)));
    List<CommonStart.Candidate> givers = CommonStart.givers(candidates);
    return new Givers(
        givers.contains(here),
        all.stream().filter(peer -> givers.contains(candidate(peer))).toList());
  }

  /** Whether there is nobody to go on from. */
  boolean isEmpty() {
    return !areWeAmong && peers.isEmpty();
  }

  private static boolean isInMemory(Peer peer) {
    return peer.told().standing() == kv.STANDING_IN_MEMORY;
  }

  private static CommonStart.Candidate candidate(Peer peer) {
    return candidate(peer.past(), peer.told().standing());
  }

  /** Of what is in memory only an old copy is more than nothing. */
  private static CommonStart.Candidate candidate(Past past, int standing) {
    boolean isInMemory = standing == kv.STANDING_IN_MEMORY;
    int inMemory = past.epochs().isEmpty() ? kv.STANDING_NEW : kv.STANDING_CATCHING_UP;
    return new CommonStart.Candidate(past, isInMemory ? inMemory : standing);
  }
}
