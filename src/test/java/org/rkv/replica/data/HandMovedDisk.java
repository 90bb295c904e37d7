package org.rkv.replica.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.rkv.disk.DiskWorker;
import org.rkv.net.HandMovedTimers;

/** A disk that does not fail, and does what it was told when a test says so. */
final class HandMovedDisk implements DiskWorker {
  private final HandMovedTimers timers;
  private final Deque<Runnable> work = new ArrayDeque<>();

  /** Of a replica with these timers. */
  HandMovedDisk(HandMovedTimers timers) {
    this.timers = timers;
  }

  @Override
  public <T> void run(Callable<T> task, Consumer<? super T> then) {
    work.add(
        () -> {
          try {
            then.accept(task.call());
          } catch (Exception e) {
            throw new IllegalStateException("a disk that does not fail", e);
          }
        });
  }

  /** All is done that it was told, and whatever comes of that. */
  void finish() {
    timers.pass(0);
    while (!work.isEmpty()) {
      work.poll().run();
      timers.pass(0);
    }
  }
}
