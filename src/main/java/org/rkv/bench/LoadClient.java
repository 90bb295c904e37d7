package org.rkv.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.rkv.net.EventLoop;

/**
 * One client with one connection: works until it is told to stop. Belongs to the thread of its
 * event loop, which it shares with all others.
 */
final class LoadClient implements LoadConnection.Listener {
  private static final long RECONNECT_MILLIS = 100;

  private final EventLoop loop;
  private final LoadConnection.Server server;
  private final Workload workload;
  private final int pipeline;
  private final Pace pace;
  private final SplittableRandom random;
  private final BooleanSupplier stopped;
  private final BooleanSupplier measured;
  private final LongAdder progress;
  private final Measurement measurement;
  private final Runnable whenEnded;
  private LoadConnection connection;
  private boolean isConnected;
  private boolean isNextScheduled;
  private boolean gaveUp;
  private boolean ended;
  private long waitingSinceNanos;

  /**
   * Has not connected.
   *
   * @param pipeline operations under way at a time
   * @param stopped whether it is to end
   * @param measured whether what it sees counts; before that it warms up
   * @param progress counts all operations done
   * @param measurement takes what it sees
   * @param whenEnded called once, when nothing is under way any more
   */
  LoadClient(
      EventLoop loop,
      LoadConnection.Server server,
      Workload workload,
      int pipeline,
      Pace pace,
      long seed,
      BooleanSupplier stopped,
      BooleanSupplier measured,
      LongAdder progress,
      Measurement measurement,
      Runnable whenEnded) {
    this.loop = loop;
    this.server = server;
    this.workload = workload;
    this.pipeline = pipeline;
    this.pace = pace;
    random = new SplittableRandom(seed);
    this.stopped = stopped;
    this.measured = measured;
    this.progress = progress;
    this.measurement = measurement;
    this.whenEnded = whenEnded;
  }

  /** Whether nothing is under way any more. */
  boolean hasEnded() {
    return ended;
  }

  /** Connects, and begins to work. */
  void connect() {
    connection = server.connect(loop, this);
  }

  /** Ends as soon as nothing is under way, now that it is to. */
  void stop() {
    boolean idle = !isConnected || connection.underWay() == 0;
    if (idle && !ended) {
      ended = true;
      connection.close("the bench is over");
      whenEnded.run();
    }
  }

  /** Ends the connection if no answer has come on it for so long; the client makes another. */
  void giveUpAfter(long nanos) {
    if (isConnected && connection.underWay() > 0 && loop.nanoTime() - waitingSinceNanos > nanos) {
      gaveUp = true;
      connection.close("no answer for too long");
    }
  }

  @Override
  public void connected() {
    isConnected = true;
    beginWhatIsDue();
  }

  /** The last millisecond before an operation is due, the loop looks again instead of sleeping. */
  private void beginWhatIsDue() {
    while (isConnected && !stopped.getAsBoolean() && connection.underWay() < pipeline) {
      long now = loop.nanoTime();
      long nanosToNext = pace.nanosToNext(now);
      if (nanosToNext > 0) {
        scheduleNext(TimeUnit.NANOSECONDS.toMillis(nanosToNext));
        return;
      }
      if (connection.underWay() == 0) {
        waitingSinceNanos = now;
      }
      Kind kind = workload.next(random);
      int key = random.nextInt(workload.keys());
      String value = kind == Kind.PUT ? workload.value(key, random.nextInt(1 << 20)) : "";
      if (kind == Kind.PUT) {
        measurement.wrote(key);
      }
      connection.begin(kind, key, workload.key(key), value, pace.begin(now));
    }
    if (stopped.getAsBoolean()) {
      stop();
    }
  }

  private void scheduleNext(long delayMillis) {
    if (!isNextScheduled) {
      isNextScheduled = true;
      loop.schedule(
          delayMillis,
          () -> {
            isNextScheduled = false;
            beginWhatIsDue();
          });
    }
  }

  @Override
  public void answered(Kind kind, int key, int code, String value, long beganNanos) {
    long now = loop.nanoTime();
    waitingSinceNanos = now;
    progress.increment();
    if (!kind.isDone(code)) {
      error(kind.answer(code), 1);
    } else if (value != null && !workload.isValueOf(key, value)) {
      error("GET returned a value that was not written under its key", 1);
    } else if (measured.getAsBoolean()) {
      measurement.done(kind, now - beganNanos);
    }
    beginWhatIsDue();
  }

  @Override
  public void closed(String reason) {
    if (ended) {
      return;
    }
    if (isConnected) {
      error("no answer", connection.underWay());
    }
    isConnected = false;
    error(gaveUp ? "no answer for too long" : reason, 1);
    gaveUp = false;
    if (stopped.getAsBoolean()) {
      stop();
    } else {
      loop.schedule(RECONNECT_MILLIS, this::reconnect);
    }
  }

  private void reconnect() {
    if (stopped.getAsBoolean()) {
      stop();
    } else {
      connect();
    }
  }

  private void error(String what, long count) {
    if (count > 0) {
      measurement.error(what, count);
    }
  }
}
