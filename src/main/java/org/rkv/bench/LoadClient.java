package org.rkv.bench;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One client with one connection and one thread: works until it is told to stop. */
final class LoadClient implements Runnable {
  private static final long NOT_WAITING = Long.MIN_VALUE;
  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LoadConnection.Factory server;
  private final Workload workload;
  private final int pipeline;
  private final Pace pace;
  private final SplittableRandom random;
  private final BooleanSupplier stopped;
  private final BooleanSupplier measured;
  private final LongAdder progress;
  private final Measurement measurement = new Measurement();
  private final AtomicLong waitingSinceNanos = new AtomicLong(NOT_WAITING);
  private volatile LoadConnection connected;
  private volatile boolean gaveUp;

  /**
   * Makes a client that has not connected.
   *
   * @param pipeline operations under way at a time
   * @param stopped whether it is to end
   * @param measured whether what it sees counts; before that it warms up
   * @param progress counts all operations done
   */
  LoadClient(
      LoadConnection.Factory server,
      Workload workload,
      int pipeline,
      Pace pace,
      long seed,
      BooleanSupplier stopped,
      BooleanSupplier measured,
      LongAdder progress) {
    this.server = server;
    this.workload = workload;
    this.pipeline = pipeline;
    this.pace = pace;
    random = new SplittableRandom(seed);
    this.stopped = stopped;
    this.measured = measured;
    this.progress = progress;
  }

  /** What it has seen; for other threads only once it has ended. */
  Measurement measurement() {
    return measurement;
  }

  /**
   * Ends the connection if no answer has come on it for so long; the client makes another. A
   * timeout of the socket would do the same, and costs two system calls for each answer. Safe for
   * all threads.
   */
  void giveUpAfter(long nanos) {
    LoadConnection connection = connected;
    long since = waitingSinceNanos.get();
    if (since != NOT_WAITING && connection != null && System.nanoTime() - since > nanos) {
      gaveUp = true;
      try {
        connection.close();
      } catch (IOException e) {
        // It is of no more use either way, and the client hears of it.
      }
    }
  }

  @Override
  public void run() {
    while (!stopped.getAsBoolean()) {
      try (LoadConnection connection = server.connect(pipeline)) {
        connected = connection;
        work(connection);
      } catch (IOException e) {
        error(gaveUp ? "no answer for too long" : e.getMessage(), 1);
        gaveUp = false;
        LockSupport.parkNanos(RECONNECT_NANOS);
      } catch (RuntimeException e) {
        error("a fault of the bench: " + e, 1);
        return;
      } finally {
        connected = null;
      }
    }
  }

  private void work(LoadConnection connection) throws IOException {
    try {
      while (!stopped.getAsBoolean()) {
        begin(connection);
        if (connection.underWay() > 0) {
          exchange(connection);
        }
      }
      while (connection.underWay() > 0) {
        exchange(connection);
      }
    } catch (IOException e) {
      error("no answer", connection.underWay());
      throw e;
    }
  }

  private void exchange(LoadConnection connection) throws IOException {
    waitingSinceNanos.lazySet(System.nanoTime());
    try {
      connection.exchange(this::answered);
    } finally {
      waitingSinceNanos.lazySet(NOT_WAITING);
    }
  }

  /** Begins what is due, and waits for what is not if nothing else is there to do. */
  private void begin(LoadConnection connection) {
    while (connection.underWay() < pipeline) {
      long now = System.nanoTime();
      long nanosToNext = pace.nanosToNext(now);
      if (nanosToNext > 0) {
        if (connection.underWay() > 0) {
          return;
        }
        LockSupport.parkNanos(nanosToNext);
        if (stopped.getAsBoolean()) {
          return;
        }
        continue;
      }
      Kind kind = workload.next(random);
      int key = random.nextInt(workload.keys());
      String value = kind == Kind.PUT ? workload.value(key, random.nextInt(1 << 20)) : "";
      connection.begin(kind, key, workload.key(key), value, pace.begin(now));
    }
  }

  private void answered(Kind kind, int key, int code, String value, long beganNanos) {
    progress.increment();
    if (!kind.isDone(code)) {
      error(kind + " was answered with code " + code, 1);
    } else if (value != null && !workload.isValueOf(key, value)) {
      error("GET returned a value that was not written under its key", 1);
    } else if (measured.getAsBoolean()) {
      measurement.done(kind, System.nanoTime() - beganNanos);
    }
  }

  private void error(String what, long count) {
    if (count > 0) {
      measurement.error(what, count);
    }
  }
}
