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
  private static final long END_MILLIS = 35_000;

  /** As long as a C client waits. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(25);

  private final Workload workload;
  private final int pipeline;
  private final double rate;
  private final Consumer<String> progressLine;

  /**
   * Has no clients yet.
   *
   * @param rate operations a second of all clients together; 0 for as many as it goes
   * @param progressLine takes a line each second
   */
  Bench(Workload workload, int pipeline, double rate, Consumer<String> progressLine) {
    this.workload = workload;
    this.pipeline = pipeline;
    this.rate = rate;
    this.progressLine = progressLine;
  }

  /**
   * Runs it, the clients spread evenly over the servers.
   *
   * @return what was measured; the seconds are those that it really took
   * @throws IOException if the system has no selector to give
   */
  Result run(List<LoadConnection.Server> servers, int clients, int warmUpSeconds, int seconds)
      throws IOException, InterruptedException {
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
                underWay::countDown));
      }
    }

    Result result(int warmUpSeconds, int seconds) throws InterruptedException {
      loop.execute(() -> clients.forEach(LoadClient::connect));
      loop.execute(this::giveUpOnSilence);
      loop.start();
      watch("warming up", warmUpSeconds);
      measured.set(true);
      long from = System.nanoTime();
      watch("measuring", seconds);
      measured.set(false);
      long nanos = System.nanoTime() - from;
      stopped.set(true);
      loop.execute(() -> clients.forEach(LoadClient::stop));
      return new Result(end(), (double) nanos / TimeUnit.SECONDS.toNanos(1));
    }

    private void giveUpOnSilence() {
      clients.forEach(client -> client.giveUpAfter(ANSWER_NANOS));
      loop.schedule(REPORT_MILLIS, this::giveUpOnSilence);
    }

    private void watch(String doing, int seconds) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      long before = progress.sum();
      for (int second = 1; System.nanoTime() - end < 0; second++) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        Thread.sleep(Math.max(0, Math.min(REPORT_MILLIS, leftMillis)));
        long now = progress.sum();
        progressLine.accept(doing + ", " + second + " s: " + (now - before) + " operations");
        before = now;
      }
    }

    /** Waits for the last answers, and adds up what all clients have seen. */
    private Measurement end() throws InterruptedException {
      if (!underWay.await(END_MILLIS, TimeUnit.MILLISECONDS)) {
        loop.close();
        loop.awaitEnd(REPORT_MILLIS);
      }
      Measurement total = new Measurement();
      for (LoadClient client : clients) {
        if (client.hasEnded()) {
          total.add(client.measurement());
        } else {
          total.error("a client that does not end", 1);
        }
      }
      return total;
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
