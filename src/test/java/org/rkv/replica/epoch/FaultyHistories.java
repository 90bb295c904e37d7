package org.rkv.replica.epoch;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;

/** Epochs that are taken in a wrong way, for mutants. */
public final class FaultyHistories {
  private FaultyHistories() {}

  /** Only who asks takes epochs: who answers goes on from what it had. */
  public static EpochHistory ofCoordinatorsOnly(long incarnation) {
    return new EpochHistory(incarnation) {
      private boolean answers;

      @Override
      public boolean answer(long hash, SortedSet<Long> members, boolean complete) {
        answers = true;
        try {
          return super.answer(hash, members, complete);
        } finally {
          answers = false;
        }
      }

      @Override
      void take(Epoch epoch, SortedSet<Long> members) {
        if (!answers) {
          super.take(epoch, members);
        }
      }

      @Override
      public Epochs answerWhileCatchingUp(long hash, SortedSet<Long> members, Epochs callers) {
        Epochs drawn = callers.with(callers.next(members));
        return hash == callers.hash() || hash == drawn.hash() ? callers : null;
      }
    };
  }

  /**
   * Who is in an epoch, and in the company, is known by name: who follows another under its name is
   * taken for it.
   *
   * @param nameOf the name of each incarnation, as a number
   */
  public static EpochHistory byName(long incarnation, LongUnaryOperator nameOf) {
    EpochHistory history =
        new EpochHistory(incarnation) {
          @Override
          public Past past() {
            Past past = super.past();
            return new Past(
                nameOf.applyAsLong(incarnation), past.epochs(), past.taken(), past.passed());
          }

          @Override
          public void keepCompanyWith(long other) {
            super.keepCompanyWith(nameOf.applyAsLong(other));
          }

          @Override
          public long begin(SortedSet<Long> members) {
            return super.begin(names(members));
          }

          @Override
          public boolean answer(long hash, SortedSet<Long> members, boolean complete) {
            return super.answer(hash, names(members), complete);
          }

          @Override
          public Epochs answerWhileCatchingUp(long hash, SortedSet<Long> members, Epochs callers) {
            return super.answerWhileCatchingUp(hash, names(members), callers);
          }

          private SortedSet<Long> names(SortedSet<Long> members) {
            SortedSet<Long> names = new TreeSet<>();
            members.forEach(member -> names.add(nameOf.applyAsLong(member)));
            return names;
          }
        };
    history.company().clear();
    history.keepCompanyWith(incarnation);
    return history;
  }

  /** What has come while it catches up is taken for as good as what any source has. */
  public static EpochHistory neverLeftBehind(long incarnation) {
    return new EpochHistory(incarnation) {
      @Override
      public boolean isLeftBehindBy(Past source) {
        return false;
      }
    };
  }

  /** Whenever another replica is admitted, what was before is forgotten. */
  public static EpochHistory resetAtAdmissions(long incarnation) {
    return new EpochHistory(incarnation) {
      @Override
      public void keepCompanyWith(long other) {
        company().clear();
        super.keepCompanyWith(incarnation);
        super.keepCompanyWith(other);
      }
    };
  }
}
