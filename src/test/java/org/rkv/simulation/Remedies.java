package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;

/** Puts right what went wrong: each fault once, at its time or at the end of all of them. */
final class Remedies {
  private final Scheduler scheduler;
  private final List<Remedy> pending = new ArrayList<>();
  private boolean over;

  Remedies(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  private static final class Remedy {
    private final Runnable action;
    private boolean done;

    Remedy(Runnable action) {
      this.action = action;
    }

    void apply() {
      if (!done) {
        done = true;
        action.run();
      }
    }
  }

  /** Does this then, or at the end of all faults if that is sooner. */
  void after(long millis, Runnable action) {
    Remedy remedy = new Remedy(action);
    pending.add(remedy);
    scheduler.afterMillis(
        millis,
        () -> {
          pending.remove(remedy);
          remedy.apply();
        });
  }

  /** Whether the end has come: no new fault may begin. */
  boolean areAllDue() {
    return over;
  }

  /** The end: does at once all that is still to be done. */
  void applyAll() {
    over = true;
    for (Remedy remedy : List.copyOf(pending)) {
      remedy.apply();
    }
    pending.clear();
  }
}
