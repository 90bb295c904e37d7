package org.rkv.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Runs the clients for a time: first to warm up, then to measure. */
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
   * Makes a bench that has no clients.
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
   */
  Result run(List<LoadConnection.Factory> servers, int clients, int warmUpSeconds, int seconds)
      throws InterruptedException {
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicBoolean measured = new AtomicBoolean();
    LongAdder progress = new LongAdder();
    List<LoadClient> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      LoadClient client =
          new LoadClient(
              servers.get(i % servers.size()),
              workload,
              pipeline,
              new Pace(rate / clients, (double) i / clients),
              i,
              stopped::get,
              measured::get,
              progress);
      all.add(client);
      threads.add(new Thread(client, "client " + i));
    }
    threads.forEach(Thread::start);
    watch("warming up", warmUpSeconds, progress, all);
    measured.set(true);
    long from = System.nanoTime();
    watch("measuring", seconds, progress, all);
    measured.set(false);
    long nanos = System.nanoTime() - from;
    stopped.set(true);
    return new Result(end(threads, all), (double) nanos / TimeUnit.SECONDS.toNanos(1));
  }

  /** Waits for the last answers, and adds up what all clients have seen. */
  private static Measurement end(List<Thread> threads, List<LoadClient> clients)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    Measurement total = new Measurement();
    for (int i = 0; i < threads.size(); i++) {
      Thread thread = threads.get(i);
      while (thread.isAlive() && System.nanoTime() - end < 0) {
        thread.join(REPORT_MILLIS);
        giveUpOnSilence(clients);
      }
      if (thread.isAlive()) {
        total.error("a client that does not end", 1);
      } else {
        total.add(clients.get(i).measurement());
      }
    }
    return total;
  }

  private static void giveUpOnSilence(List<LoadClient> clients) {
    clients.forEach(client -> client.giveUpAfter(ANSWER_NANOS));
  }

  private void watch(String doing, int seconds, LongAdder progress, List<LoadClient> clients)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long before = progress.sum();
    for (int second = 1; System.nanoTime() - end < 0; second++) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      Thread.sleep(Math.max(0, Math.min(REPORT_MILLIS, leftMillis)));
      long now = progress.sum();
      progressLine.accept(doing + ", " + second + " s: " + (now - before) + " operations");
      before = now;
      giveUpOnSilence(clients);
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
