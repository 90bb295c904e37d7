package org.rkv.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.rkv.net.EventLoop;
import org.slf4j.LoggerFactory;

/**
 * Runs the clients for a time, all on one event loop: first to warm up, then to measure. The caller
 * waits meanwhile.
 */
final class Bench {
  private static final long REPORT_MILLIS = 1000;

  /** As long as a C client waits. */
  private static final long ANSWER_MILLIS = 25_000;

  /** For the last answers when the process is to end. */
  private static final long LAST_ANSWERS_MILLIS = 3_000;

  private static final long CONNECT_MILLIS = 5_000;

  private final Workload workload;
  private final int pipeline;
  private final double rate;
  private final long answerMillis;
  private final Consumer<String> progressLine;

  /**
   * Has no clients yet.
   *
   * @param rate operations a second of all clients together; 0 for as many as it goes
   * @param progressLine takes a line each second
   */
  Bench(Workload workload, int pipeline, double rate, Consumer<String> progressLine) {
    this(workload, pipeline, rate, ANSWER_MILLIS, progressLine);
  }

  /**
   * Has no clients yet.
   *
   * @param rate operations a second of all clients together; 0 for as many as it goes
   * @param answerMillis how long a server may say nothing; its client connects anew then
   * @param progressLine takes a line each second
   */
  Bench(
      Workload workload,
      int pipeline,
      double rate,
      long answerMillis,
      Consumer<String> progressLine) {
    this.answerMillis = answerMillis;
    this.workload = workload;
    this.pipeline = pipeline;
    this.rate = rate;
    this.progressLine = progressLine;
  }

  /**
   * Runs it, the clients spread evenly over the servers. A thread that is interrupted ends it
   * early, as if its time were over, and stays interrupted.
   *
   * @return what was measured; the seconds are those that it really took
   * @throws IOException if the system has no selector to give
   */
  Result run(List<LoadConnection.Server> servers, int clients, int warmUpSeconds, int seconds)
      throws IOException {
    try (EventLoop loop = EventLoop.daemon("bench", LoggerFactory.getLogger(Bench.class))) {
      return new Run(loop, servers, clients).result(warmUpSeconds, seconds);
    }
  }

  /** One run: what its clients share. */
  private final class Run {
    private final EventLoop loop;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean measured = new AtomicBoolean();
    private final LongAdder progress = new LongAdder();
    private final Measurement measurement = new Measurement();
    private final List<LoadClient> clients = new ArrayList<>();
    private final CountDownLatch underWay;

    Run(EventLoop loop, List<LoadConnection.Server> servers, int count) {
      this.loop = loop;
      underWay = new CountDownLatch(count);
      for (int i = 0; i < count; i++) {
        clients.add(
            new LoadClient(
                loop,
                servers.get(i % servers.size()),
                workload,
                pipeline,
                new Pace(rate / count, (double) i / count),
                i,
                stopped::get,
                measured::get,
                progress,
                measurement,
                underWay::countDown));
      }
    }

    Result result(int warmUpSeconds, int seconds) {
      loop.execute(() -> clients.forEach(LoadClient::connect));
      loop.execute(this::giveUpOnSilence);
      loop.start();
      boolean isWhole = watch("warming up", warmUpSeconds);
      measured.set(true);
      long from = System.nanoTime();
      isWhole = isWhole && watch("measuring", seconds);
      measured.set(false);
      long nanos = Math.max(1, System.nanoTime() - from);
      stopped.set(true);
      loop.execute(() -> clients.forEach(LoadClient::stop));
      awaitLastAnswers(isWhole ? answerMillis + CONNECT_MILLIS : LAST_ANSWERS_MILLIS);
      if (!isWhole) {
        Thread.currentThread().interrupt();
      }
      return new Result(measurement, (double) nanos / TimeUnit.SECONDS.toNanos(1));
    }

    private void giveUpOnSilence() {
      clients.forEach(client -> client.giveUpAfter(TimeUnit.MILLISECONDS.toNanos(answerMillis)));
      loop.schedule(REPORT_MILLIS, this::giveUpOnSilence);
    }

    /** Waits; false if this thread has been interrupted. */
    private boolean watch(String doing, int seconds) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      long before = progress.sum();
      for (int second = 1; System.nanoTime() - end < 0; second++) {
        long leftMillis = 1 + TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        try {
          Thread.sleep(Math.max(1, Math.min(REPORT_MILLIS, leftMillis)));
        } catch (InterruptedException e) {
          return false;
        }
        long now = progress.sum();
        progressLine.accept(doing + ", " + second + " s: " + (now - before) + " operations");
        before = now;
      }
      return true;
    }

    /** Whoever has not ended after that is ended with the loop. */
    private void awaitLastAnswers(long millis) {
      try {
        if (underWay.await(millis, TimeUnit.MILLISECONDS)) {
          return;
        }
        loop.close();
        loop.awaitEnd(REPORT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      long late = clients.stream().filter(client -> !client.hasEnded()).count();
      if (late > 0) {
        measurement.error("a client that does not end", late);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param seconds that were measured
   */
  record Result(Measurement measurement, double seconds) {
    double operationsPerSecond() {
      return measurement.operations() / seconds;
    }
  }
}
