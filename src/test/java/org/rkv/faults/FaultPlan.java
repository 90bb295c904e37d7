package org.rkv.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random faults, the same for the same seed. Each round has some, which may overlap, and is
 * followed by a healing. The store is in memory, so at least two replicas live through a round: all
 * others may crash, and what was acknowledged must still be there.
 */
final class FaultPlan {
  /** By then the last fault of a round has begun, and the last crashed replica has been started. */
  static final long ROUND_MILLIS = 6_000;

  private static final long BEGIN_MILLIS = 4_000;
  private static final int MOST_FAULTS = 5;
  private static final int MOST_CRASHES = 3;

  private final Random random;
  private final int replicas;
  private final long peerTimeoutMillis;

  FaultPlan(long seed, int replicas, long peerTimeoutMillis) {
    random = new Random(seed);
    this.replicas = replicas;
    this.peerTimeoutMillis = peerTimeoutMillis;
  }

  /** The faults of the next round. */
  List<Fault> nextRound() {
    List<Fault> faults = new ArrayList<>();
    Set<Integer> stricken = new HashSet<>();
    int crashes = 0;
    int count = 1 + random.nextInt(MOST_FAULTS);
    for (int i = 0; i < count; i++) {
      Fault fault = next();
      boolean strikesProcess = fault.kind().compareTo(Fault.Kind.LONG_FREEZE) <= 0;
      boolean crash = fault.kind() == Fault.Kind.CRASH;
      if (crash && crashes == MOST_CRASHES || strikesProcess && !stricken.add(fault.replica())) {
        continue;
      }
      crashes += crash ? 1 : 0;
      faults.add(fault);
    }
    return faults;
  }

  private Fault next() {
    Fault.Kind kind = Fault.Kind.values()[random.nextInt(Fault.Kind.values().length)];
    int replica = random.nextInt(replicas);
    boolean link = kind == Fault.Kind.CUT || kind == Fault.Kind.ONE_WAY_CUT;
    int other = link ? (replica + 1 + random.nextInt(replicas - 1)) % replicas : replica;
    long at = random.nextLong(BEGIN_MILLIS);
    long duration =
        switch (kind) {
          case CRASH -> random.nextLong(ROUND_MILLIS - at);
          case SHORT_FREEZE -> 50 + random.nextLong(peerTimeoutMillis - 100);
          case LONG_FREEZE -> peerTimeoutMillis + random.nextLong(2 * peerTimeoutMillis);
          case CUT, ONE_WAY_CUT, ISOLATION -> 50 + random.nextLong(ROUND_MILLIS);
        };
    return new Fault(kind, replica, other, at, duration);
  }
}
