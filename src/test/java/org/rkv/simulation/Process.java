package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;

/**
 * A process with one thread: what happens to it happens one after the other, and takes no time.
 * While it is paused, as by SIGSTOP, messages and timers pile up; then they come all at once.
 */
final class Process implements Timers {
  private final Machine machine;
  private final Scheduler scheduler;
  private final List<Happening> pile = new ArrayList<>();
  private Runnable afterEach = () -> {};
  private boolean paused;
  private boolean ended;
  private boolean withinRound;
  private long pausedNanos;

  private record Happening(boolean isTimer, Runnable action) {}

  Process(Machine machine, Scheduler scheduler) {
    this.machine = machine;
    this.scheduler = scheduler;
  }

  Machine machine() {
    return machine;
  }

  boolean isEnded() {
    return ended;
  }

  boolean isPaused() {
    return paused;
  }

  /** Does this as well each time something has happened to the process. */
  void afterEach(Runnable action) {
    afterEach = action;
  }

  /** Something from outside: done now, or when the process goes on, or never if it has ended. */
  void happens(Runnable action) {
    happens(new Happening(false, action));
  }

  private void happens(Happening happening) {
    if (ended) {
      return;
    }
    if (paused) {
      pile.add(happening);
    } else {
      happening.action.run();
      afterEach.run();
    }
  }

  void pause() {
    paused = true;
    pausedNanos = scheduler.nowNanos();
  }

  /**
   * Goes on. An event loop looks at its sockets first and then at its timers, but it may have been
   * stopped between the two, and at the beginning of a round as well.
   */
  void resume() {
    paused = false;
    withinRound = scheduler.chance(0.3);
    List<Happening> missed = new ArrayList<>(pile);
    pile.clear();
    boolean timersFirst = scheduler.chance(0.3);
    for (boolean timers : new boolean[] {timersFirst, !timersFirst}) {
      for (Happening happening : missed) {
        if (happening.isTimer == timers) {
          happens(happening);
        }
      }
    }
    withinRound = false;
  }

  void end() {
    ended = true;
    pile.clear();
  }

  @Override
  public long nanoTime() {
    return scheduler.nowNanos();
  }

  @Override
  public long coarseNanoTime() {
    return withinRound ? pausedNanos : nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return machine.wallClockMillis();
  }

  @Override
  public Timer schedule(long delayMillis, Runnable task) {
    SimulatedTimer timer = new SimulatedTimer(task);
    long late = scheduler.random().nextInt(500_000);
    scheduler.after(
        TimeUnit.MILLISECONDS.toNanos(delayMillis) + late,
        () -> happens(new Happening(true, timer::run)));
    return timer;
  }

  private static final class SimulatedTimer implements Timer {
    private Runnable task;

    SimulatedTimer(Runnable task) {
      this.task = task;
    }

    void run() {
      if (task != null) {
        Runnable once = task;
        task = null;
        once.run();
      }
    }

    @Override
    public void cancel() {
      task = null;
    }
  }
}
