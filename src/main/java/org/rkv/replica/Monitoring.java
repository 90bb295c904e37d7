package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.rkv.http.HttpServer;
import org.rkv.net.Timers;
import org.rkv.replica.core.Incarnation;
import org.rkv.replica.metrics.Measurements;
import org.rkv.replica.metrics.Metrics;
import org.rkv.replica.metrics.Progress;
import org.rkv.replica.metrics.Sample;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.Status;
import org.slf4j.Logger;

/**
 * Lets a replica be watched over HTTP: once a second its own thread copies how it is, and never
 * meets those who read it. Belongs to that thread, but for {@link #address}, {@link #stops} and
 * {@link #close}.
 */
final class Monitoring implements AutoCloseable {
  private static final long TICK_MILLIS = 100;
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Timers timers;
  private final Supplier<Incarnation> incarnation;
  private final MonitoringPages pages;
  private final HttpServer server;
  private long dueNanos;
  private long worstLagNanos;
  private volatile Sample latest;

  /**
   * Listens; answers from {@link #begin} on.
   *
   * @param own address of the replica, null for all of this machine
   * @param incarnation the present one, or null
   * @throws IOException if the address is taken, or not this machine's
   */
  Monitoring(
      HttpSettings settings,
      InetAddress own,
      Measurements measurements,
      Timers timers,
      Supplier<Incarnation> incarnation,
      Logger log)
      throws IOException {
    this.timers = timers;
    this.incarnation = incarnation;
    latest = Sample.ofTheBeginning(0, System.nanoTime());
    pages =
        new MonitoringPages(
            new Metrics(measurements, () -> latest), () -> latest, System::nanoTime);
    server =
        new HttpServer(
            "http",
            new InetSocketAddress(address(settings, own), settings.port()),
            settings.hosts(),
            pages,
            log);
  }

  /** Several replicas of one machine have each a loopback address of its own. */
  private static InetAddress address(HttpSettings settings, InetAddress own) throws IOException {
    if (settings.address() != null) {
      return InetAddress.getByName(settings.address());
    }
    return own != null && own.isLoopbackAddress()
        ? own
        : InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return server.address();
  }

  /** Begins to look at the replica, and to answer. */
  void begin() {
    dueNanos = timers.nanoTime();
    tick();
    server.start();
  }

  /** Often enough to notice that the thread is late. */
  private void tick() {
    long now = timers.nanoTime();
    worstLagNanos = Math.max(worstLagNanos, now - dueNanos);
    if (latest.status() == null || now - latest.takenNanos() >= SAMPLE_NANOS) {
      latest = sample(now);
      worstLagNanos = 0;
    }
    dueNanos = timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    timers.schedule(TICK_MILLIS, this::tick);
  }

  private Sample sample(long now) {
    Incarnation present = incarnation.get();
    if (present == null) {
      return Sample.ofTheBeginning(worstLagNanos, now);
    }
    Status status = present.status();
    List<Peer> peers = present.peers().all();
    long[] admissions = new long[peers.size()];
    for (int i = 0; i < admissions.length; i++) {
      admissions[i] = peers.get(i).link().admissions();
    }
    boolean writable =
        present.peers().allAdmitted()
            && !status.data.full
            && present.peers().whoseDiskIsFull() == null;
    Progress progress = new Progress(present.settling().oldestUnsettledNanos(), present.caughtUp());
    return new Sample(status, admissions, writable, progress, worstLagNanos, now);
  }

  /** The replica is told to stop, and is not ready from now on. */
  void stops() {
    pages.stops();
  }

  @Override
  public void close() {
    server.close();
  }
}
