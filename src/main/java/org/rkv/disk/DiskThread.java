package org.rkv.disk;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * A thread that waits for the disk. Nobody may interrupt it: Java closes a file when a thread that
 * writes it is interrupted. Whatever it throws ends the process, by way of what it is given for
 * that; see {@link DiskWorker}.
 */
public final class DiskThread implements DiskWorker {
  private final Executor replica;
  private final Consumer<Throwable> end;

  /** A log has one work under way at a time. */
  private final BlockingQueue<Runnable> works = new LinkedBlockingQueue<>();

  /**
   * Starts it. It ends with the process.
   *
   * @param replica runs on the thread of the replica what is to go on there; refuses it only when
   *     that has ended, or this thread is interrupted
   * @param end of the process, by {@link Runtime#halt}: neither a hook nor a destructor may write
   *     after that. Called on the thread of the disk
   */
  public DiskThread(Executor replica, Consumer<Throwable> end) {
    this.replica = replica;
    this.end = end;
    Thread thread = new Thread(this::work, "disk");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public <T> void run(Callable<T> work, Consumer<? super T> then) {
    works.add(
        () -> {
          T result = call(work);
          replica.execute(() -> then.accept(result));
        });
  }

  private static <T> T call(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw new DiskFailure(e);
    }
  }

  private void work() {
    try {
      while (true) {
        works.take().run();
      }
    } catch (RejectedExecutionException e) {
      if (Thread.currentThread().isInterrupted()) {
        end.accept(e);
      } // or else the replica has ended, and waits for nothing more
    } catch (DiskFailure e) {
      end.accept(e.getCause());
    } catch (Throwable e) {
      end.accept(e);
    }
  }

  /** Carries what a work has thrown. */
  private static final class DiskFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    DiskFailure(Exception cause) {
      super(cause);
    }
  }
}
