package org.rkv.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.rkv.faults.Fault.Kind;

/**
 * Random faults, the same for the same seed. Each round has some, which may overlap, and is
 * followed by a healing. The store is in memory, so at least two replicas live through a round: all
 * others may crash, and what was acknowledged must still be there.
 *
 * <p>In some rounds the lists are edited. No link is cut then, and no name service wrong: who is
 * taken out while it reaches nobody goes on answering from what it holds, as is documented. Nor do
 * replicas both crash and freeze: else all who are left in a list may be away, and one that was
 * taken out of it, with old values, is all that a new process finds.
 */
final class FaultPlan {
  private static final long ROUND_MILLIS = 6_000;
  private static final long ROUND_WITH_EDIT_MILLIS = 10_000;
  private static final long BEGIN_MILLIS = 4_000;
  private static final int MOST_FAULTS = 5;
  private static final int MOST_CRASHES = 3;

  private static final int EDITED_ONE_IN = 4;

  /** A replica file is believed two to four seconds after it was written. */
  private static final long EDITED_MILLIS = 7_000;

  private static final int MOST_FAULTS_WHILE_EDITED = 3;
  private static final int MOST_CRASHES_WHILE_EDITED = 2;

  private static final List<Kind> ALWAYS =
      List.of(
          Kind.CRASH,
          Kind.SHORT_FREEZE,
          Kind.LONG_FREEZE,
          Kind.CLOCK_AHEAD,
          Kind.CLOCK_BEHIND,
          Kind.CLOCK_YEAR_AHEAD);
  private static final List<Kind> WITH_THE_SAME_LISTS =
      List.of(
          Kind.CRASH,
          Kind.CRASH,
          Kind.SHORT_FREEZE,
          Kind.LONG_FREEZE,
          Kind.CUT,
          Kind.CUT,
          Kind.ONE_WAY_CUT,
          Kind.ISOLATION,
          Kind.NAMES_OF_ANOTHER,
          Kind.NAMES_OF_ITSELF,
          Kind.NO_NAMES,
          Kind.CLOCK_AHEAD,
          Kind.CLOCK_BEHIND,
          Kind.CLOCK_YEAR_AHEAD);
  private static final List<Kind> EDITS =
      List.of(Kind.ADD, Kind.TAKE_OUT, Kind.REPLACE, Kind.TYPO, Kind.SPLIT);

  private final Random random;
  private final int replicas;
  private final long peerTimeoutMillis;
  private int rounds;

  FaultPlan(long seed, int replicas, long peerTimeoutMillis) {
    random = new Random(seed);
    this.replicas = replicas;
    this.peerTimeoutMillis = peerTimeoutMillis;
  }

  /** By then the last of these has begun, and the last crashed replica has been started. */
  static long roundMillis(List<Fault> faults) {
    return faults.stream().anyMatch(Fault::isOfLists) ? ROUND_WITH_EDIT_MILLIS : ROUND_MILLIS;
  }

  /** The faults of the next round. */
  List<Fault> nextRound() {
    rounds++;
    return rounds % EDITED_ONE_IN == 0 ? withEdit() : withTheSameLists();
  }

  private List<Fault> withTheSameLists() {
    List<Fault> faults = new ArrayList<>();
    add(1 + random.nextInt(MOST_FAULTS), WITH_THE_SAME_LISTS, MOST_CRASHES, faults);
    return faults;
  }

  private List<Fault> withEdit() {
    int replica = random.nextInt(replicas);
    Kind edit = EDITS.get(random.nextInt(EDITS.size()));
    List<Fault> faults = new ArrayList<>();
    faults.add(new Fault(edit, replica, otherThan(replica), random.nextLong(1_000), EDITED_MILLIS));
    boolean crashes = random.nextBoolean();
    List<Kind> kinds =
        ALWAYS.stream()
            .filter(kind -> crashes ? !kind.name().endsWith("FREEZE") : kind != Kind.CRASH)
            .toList();
    add(random.nextInt(1 + MOST_FAULTS_WHILE_EDITED), kinds, MOST_CRASHES_WHILE_EDITED, faults);
    if (edit == Kind.REPLACE) {
      faults.removeIf(fault -> fault.isOfProcess() && fault.replica() == replica);
    }
    return faults;
  }

  private void add(int count, List<Kind> kinds, int mostCrashes, List<Fault> faults) {
    Set<Integer> stricken = new HashSet<>();
    int crashes = 0;
    for (int i = 0; i < count; i++) {
      Fault fault = next(kinds.get(random.nextInt(kinds.size())));
      boolean crash = fault.kind() == Kind.CRASH;
      if (crash && crashes == mostCrashes
          || fault.isOfProcess() && !stricken.add(fault.replica())) {
        continue;
      }
      crashes += crash ? 1 : 0;
      faults.add(fault);
    }
  }

  private Fault next(Kind kind) {
    int replica = random.nextInt(replicas);
    boolean ofTwo = kind == Kind.CUT || kind == Kind.ONE_WAY_CUT || kind == Kind.NAMES_OF_ANOTHER;
    int other = ofTwo ? otherThan(replica) : replica;
    long at = random.nextLong(BEGIN_MILLIS);
    long duration =
        switch (kind) {
          case CRASH -> random.nextLong(ROUND_MILLIS - at);
          case SHORT_FREEZE -> 50 + random.nextLong(peerTimeoutMillis - 100);
          case LONG_FREEZE -> peerTimeoutMillis + random.nextLong(2 * peerTimeoutMillis);
          default -> 50 + random.nextLong(ROUND_MILLIS);
        };
    return new Fault(kind, replica, other, at, duration);
  }

  private int otherThan(int replica) {
    return (replica + 1 + random.nextInt(replicas - 1)) % replicas;
  }
}
