package org.rkv.disk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Does work when it is told to, and what comes after it when it is told again. */
final class SimulatedWorker implements DiskWorker {
  private final Deque<Runnable> works = new ArrayDeque<>();
  private final Deque<Runnable> continuations = new ArrayDeque<>();
  private Throwable failure;

  @Override
  public <T> void run(Callable<T> work, Consumer<? super T> then) {
    works.add(
        () -> {
          try {
            T result = work.call();
            continuations.add(() -> then.accept(result));
          } catch (Exception | Error e) {
            failure = e;
          }
        });
  }

  /** Does the next work, or goes on after the last one; false if there is nothing to do. */
  boolean step() {
    if (failure != null) {
      return false;
    }
    Runnable next = continuations.isEmpty() ? works.poll() : continuations.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  /** Until there is nothing left. */
  void finish() {
    while (step()) {
      continue;
    }
  }

  /** What ended it, or null. */
  Throwable failure() {
    return failure;
  }
}
