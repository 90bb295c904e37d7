package org.rkv.replica.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rkv.replica.epoch.CommonStart.Candidate;
import org.rkv.rpc.kv;

class CommonStartTest {
  private static final Epoch FIRST = new Epoch(101, 1, new TreeSet<>(Set.of(1L, 2L, 3L)));
  private static final Epoch WITHOUT_THIRD = new Epoch(102, 2, new TreeSet<>(Set.of(1L, 2L)));
  private static final Epoch WITHOUT_SECOND = new Epoch(103, 2, new TreeSet<>(Set.of(1L, 3L)));

  @Test
  void shouldLetAllGiveThatAreCompleteAndHaveTheSameEpochs() {
    Candidate one = candidate(1, kv.STANDING_COMPLETE, FIRST);
    Candidate two = candidate(2, kv.STANDING_COMPLETE, FIRST);
    Candidate three = candidate(3, kv.STANDING_CATCHING_UP, FIRST);

    assertEquals(List.of(one, two), CommonStart.givers(List.of(one, two, three)));
  }

  /** It was complete when it was taken out, and is not any more. */
  @Test
  void shouldLookAtEpochsBeforeItAsksWhoIsComplete() {
    Candidate one = candidate(1, kv.STANDING_DOUBTFUL, FIRST, WITHOUT_THIRD);
    Candidate two = candidate(2, kv.STANDING_CATCHING_UP, FIRST, WITHOUT_THIRD);
    Candidate three = candidate(3, kv.STANDING_COMPLETE, FIRST);

    assertEquals(List.of(one), CommonStart.givers(List.of(one, two, three)));
  }

  /** The power was cut between the forces of one epoch: nothing was settled in it. */
  @Test
  void shouldNotCountAnEpochThatOneWhoIsNamedNeverTook() {
    Candidate one = candidate(1, kv.STANDING_COMPLETE, FIRST, WITHOUT_THIRD);
    Candidate two = candidate(2, kv.STANDING_COMPLETE, FIRST);
    Candidate three = candidate(3, kv.STANDING_COMPLETE, FIRST);

    assertEquals(List.of(one, two, three), CommonStart.givers(List.of(one, two, three)));
  }

  /** It was drawn with one that is gone, and which the others have come past it with. */
  @Test
  void shouldNotCountAnEpochThatOneWhoIsGoneIsKnownToHavePassed() {
    Epoch withOneThatIsGone = new Epoch(104, 2, new TreeSet<>(Set.of(1L, 9L)));
    Candidate one = candidate(1, kv.STANDING_COMPLETE, FIRST, withOneThatIsGone);
    Past had = candidate(2, kv.STANDING_COMPLETE, FIRST).past();
    Past knows = new Past(2, had.epochs(), had.taken(), Passed.of(Map.of(9L, 2L)));
    Past knowsLess = new Past(2, had.epochs(), had.taken(), Passed.of(Map.of(9L, 1L)));

    Candidate two = new Candidate(knows, kv.STANDING_COMPLETE);
    assertEquals(List.of(one, two), CommonStart.givers(List.of(one, two)));
    Candidate other = new Candidate(knowsLess, kv.STANDING_COMPLETE);
    assertEquals(List.of(one), CommonStart.givers(List.of(one, other)));
  }

  /** It answered for it while it caught up: then it was settled, and what it had before is old. */
  @Test
  void shouldCountAnEpochThatWasTakenWhileCatchingUp() {
    Candidate one = candidate(1, kv.STANDING_COMPLETE, FIRST, WITHOUT_THIRD);
    Past taken = new Past(2, Epochs.of(List.of(FIRST)), Set.of(101L, 102L), Passed.NONE);
    Candidate two = new Candidate(taken, kv.STANDING_CATCHING_UP);
    Candidate three = candidate(3, kv.STANDING_COMPLETE, FIRST);

    assertEquals(List.of(one), CommonStart.givers(List.of(one, two, three)));
  }

  @Test
  void shouldFindNobodyWhereEachOfTwoHasWhatTheOtherLacks() {
    Candidate two = candidate(2, kv.STANDING_COMPLETE, FIRST, WITHOUT_THIRD);
    Candidate three = candidate(3, kv.STANDING_COMPLETE, FIRST, WITHOUT_SECOND);
    Candidate other = candidate(4, kv.STANDING_NEW);

    assertEquals(List.of(), CommonStart.givers(List.of(two, three, other)));
  }

  @Test
  void shouldLetAllGiveWhenAllAreNew() {
    Candidate one = candidate(1, kv.STANDING_NEW);
    Candidate two = candidate(2, kv.STANDING_NEW);

    assertEquals(List.of(one, two), CommonStart.givers(List.of(one, two)));
  }

  private static Candidate candidate(long incarnation, int standing, Epoch... epochs) {
    Epochs had = Epochs.of(List.of(epochs));
    Set<Long> taken = new TreeSet<>();
    had.all().forEach(epoch -> taken.add(epoch.id()));
    return new Candidate(new Past(incarnation, had, taken, Passed.NONE), standing);
  }
}
