package org.rkv.simulation;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.rkv.replica.core.Durability;
import org.rkv.store.Store;

/** Whether runs on disks notice what is wrong on purpose. */
class DiskMutantTest {
  @Test
  void shouldNoticeAnswersBeforeTheDiskHasWhatTheyTellOf() {
    caught("answers before the force", AnswersAtOnce::new).assertCaught();
  }

  @Test
  void shouldNoticeThatWhatTheSourceLacksGoesOnToCount() {
    caught("merges where it should become equal", KeepsWhatTheSourceLacks::new).assertCaught();
  }

  @Test
  void shouldNoticeThatOneServesBeforeTheDiskHasWhatItTookOver() {
    caught("serves before the force", ServesAtOnce::new).assertCaught();
  }

  private static MutantRuns caught(String name, UnaryOperator<Durability> mutation) {
    return new MutantRuns(
        name,
        () ->
            new OnDisks() {
              @Override
              Plan plan(Plan drawn) {
                return drawn.withQuickOblivion();
              }

              @Override
              Durability durability(Durability truth) {
                return mutation.apply(truth);
              }
            });
  }

  private static final class AnswersAtOnce extends ChangedDurability {
    AnswersAtOnce(Durability truth) {
      super(truth);
    }

    @Override
    public boolean isSafe(String key) {
      return true;
    }

    @Override
    public void whenSafe(String key, Runnable then) {
      then.run();
    }
  }

  private static final class KeepsWhatTheSourceLacks extends ChangedDurability {
    KeepsWhatTheSourceLacks(Durability truth) {
      super(truth);
    }

    @Override
    public void complete(Store former, Runnable then) {
      super.complete(null, then);
    }
  }

  private static final class ServesAtOnce extends ChangedDurability {
    ServesAtOnce(Durability truth) {
      super(truth);
    }

    @Override
    public void complete(Store former, Runnable then) {
      super.complete(former, () -> {});
      then.run();
    }
  }
}
