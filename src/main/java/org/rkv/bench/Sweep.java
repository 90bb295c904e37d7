package org.rkv.bench;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.rkv.net.EventLoop;
import org.slf4j.LoggerFactory;

/**
 * Does the same to each of some keys of a workload once: writes them, so that what is read and
 * overwritten later is there, or removes them.
 */
final class Sweep {
  private static final int MAX_UNDER_WAY = 256;
  private static final int REPORT_EACH = 100_000;
  private static final long LOOK_MILLIS = 100;
  private static final long ANSWER_MILLIS = 25_000;
  private static final long LAST_ANSWERS_MILLIS = 3_000;

  private final Workload workload;
  private final Kind kind;
  private final BitSet keys;
  private final int count;
  private final long answerNanos;
  private final Consumer<String> progressLine;

  /**
   * Has done nothing.
   *
   * @param keys that are left to do; those done are taken out of it
   * @param answerMillis how long the server may say nothing
   * @param progressLine takes a line for each hundred thousand keys
   */
  private Sweep(
      Workload workload, Kind kind, BitSet keys, long answerMillis, Consumer<String> progressLine) {
    this.workload = workload;
    this.kind = kind;
    this.keys = keys;
    count = keys.cardinality();
    answerNanos = TimeUnit.MILLISECONDS.toNanos(answerMillis);
    this.progressLine = progressLine;
  }

  /** One that writes all keys, and waits for an answer as long as a C client. */
  static Sweep fill(Workload workload, Consumer<String> progressLine) {
    return fill(workload, ANSWER_MILLIS, progressLine);
  }

  /** One that writes all keys. */
  static Sweep fill(Workload workload, long answerMillis, Consumer<String> progressLine) {
    BitSet all = new BitSet(workload.keys());
    all.set(0, workload.keys());
    return new Sweep(workload, Kind.PUT, all, answerMillis, progressLine);
  }

  /** One that removes these keys, and takes out of them what is removed. */
  static Sweep removal(
      Workload workload, BitSet keys, long answerMillis, Consumer<String> progressLine) {
    return new Sweep(workload, Kind.DEL, keys, answerMillis, progressLine);
  }

  /**
   * Does it on one connection, many at a time, and waits for the end. Nothing more is written once
   * a key was not; removing goes on.
   *
   * @throws IOException if the server is lost, or does not do it to a key
   */
  void run(LoadConnection.Server server) throws IOException, InterruptedException {
    try (EventLoop loop = EventLoop.daemon("bench sweep", LoggerFactory.getLogger(Sweep.class))) {
      Walk walk = new Walk(loop);
      loop.execute(() -> walk.connect(server));
      loop.start();
      try {
        walk.done.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e);
      } catch (InterruptedException e) {
        loop.execute(walk::beginNoMore);
        awaitQuietly(walk.done);
        throw e;
      }
    }
  }

  /** What is under way is to have been done when the next sweep begins. */
  private static void awaitQuietly(CompletableFuture<Void> done) throws InterruptedException {
    try {
      done.get(LAST_ANSWERS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return; // Nobody asks for more by now.
    }
  }

  /** The one client. Belongs to the loop's thread. */
  private final class Walk implements LoadConnection.Listener {
    private final EventLoop loop;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private LoadConnection connection;
    private int next;
    private int begun;
    private IOException failure;
    private long answeredNanos;

    Walk(EventLoop loop) {
      this.loop = loop;
      next = keys.nextSetBit(0);
    }

    void connect(LoadConnection.Server server) {
      connection = server.connect(loop, this);
    }

    @Override
    public void connected() {
      answeredNanos = loop.nanoTime();
      loop.schedule(LOOK_MILLIS, this::giveUpOnSilence);
      goOn();
    }

    private void giveUpOnSilence() {
      if (loop.nanoTime() - answeredNanos > answerNanos) {
        connection.close("no answer for too long");
      }
      loop.schedule(LOOK_MILLIS, this::giveUpOnSilence);
    }

    private void goOn() {
      while (next >= 0 && connection.underWay() < MAX_UNDER_WAY) {
        String value = kind == Kind.PUT ? workload.value(next, 0) : "";
        connection.begin(kind, next, workload.key(next), value, 0);
        next = keys.nextSetBit(next + 1);
        if (++begun % REPORT_EACH == 0) {
          progressLine.accept(kind + ": " + begun + " of " + count + " keys");
        }
      }
      if (connection.underWay() == 0) {
        if (failure == null) {
          done.complete(null);
        } else {
          done.completeExceptionally(failure);
        }
      }
    }

    void beginNoMore() {
      next = -1;
    }

    @Override
    public void answered(Kind what, int key, int code, String value, long beganNanos) {
      answeredNanos = loop.nanoTime();
      if (kind.isDone(code)) {
        keys.clear(key);
      } else {
        String outcome = kind == Kind.PUT ? "stored" : "removed";
        failure = new IOException("a key was not " + outcome + ": " + kind.answer(code));
        if (kind == Kind.PUT) {
          beginNoMore();
        }
      }
      goOn();
    }

    @Override
    public void closed(String reason) {
      done.completeExceptionally(new IOException(reason));
    }
  }
}
