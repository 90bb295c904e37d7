package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.rkv.http.HttpServer;
import org.rkv.net.Timers;
import org.rkv.replica.core.Failures;
import org.rkv.replica.core.Incarnation;
import org.rkv.replica.metrics.LastMinutes;
import org.rkv.replica.metrics.Measurements;
import org.rkv.replica.metrics.Metrics;
import org.rkv.replica.metrics.Progress;
import org.rkv.replica.metrics.Sample;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.page.LatestEvents;
import org.rkv.replica.page.PageData;
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

  /** So long before the others are asked, so that what they say is there, and no older. */
  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final Timers timers;
  private final Supplier<Incarnation> incarnation;
  private final Failures failures;
  private final LastMinutes lastMinutes;
  private final LatestEvents events;
  private final MonitoringPages pages;
  private final HttpServer server;
  private long dueNanos;
  private long worstLagNanos;
  private boolean hasAskedOthers;
  private volatile Sample latest;

  /**
   * Listens; answers from {@link #begin} on.
   *
   * @param name of the replica's log
   * @param own address of the replica, null for all of this machine
   * @param failures that clients are told of
   * @param incarnation the present one, or null
   * @throws IOException if the address is taken, or not this machine's
   */
  Monitoring(
      HttpSettings settings,
      String name,
      InetAddress own,
      Measurements measurements,
      Failures failures,
      Timers timers,
      Supplier<Incarnation> incarnation,
      Logger log)
      throws IOException {
    this.timers = timers;
    this.failures = failures;
    this.incarnation = incarnation;
    latest = Sample.ofTheBeginning(0, System.nanoTime());
    lastMinutes = new LastMinutes(measurements, System.nanoTime());
    Metrics metrics = new Metrics(measurements, () -> latest);
    events = new LatestEvents(name);
    PageData data = new PageData(lastMinutes, events);
    pages = new MonitoringPages(metrics, data, () -> latest, System::nanoTime);
    InetSocketAddress where = new InetSocketAddress(address(settings, own), settings.port());
    try {
      server = new HttpServer("http", where, settings.hosts(), pages, log);
    } catch (IOException e) {
      events.close();
      throw e;
    }
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
    server.start(() -> lastMinutes.second(System.nanoTime()));
  }

  /** Often enough to notice that the thread is late. */
  private void tick() {
    long now = timers.nanoTime();
    worstLagNanos = Math.max(worstLagNanos, now - dueNanos);
    long age = now - latest.takenNanos();
    if (latest.status() == null || age >= SAMPLE_NANOS) {
      latest = sample(now);
      worstLagNanos = 0;
      hasAskedOthers = false;
    } else if (!hasAskedOthers && age >= SAMPLE_NANOS - ASK_NANOS && pages.isWatched()) {
      incarnation.get().askOthers();
      hasAskedOthers = true;
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
    long[] admissions = peers.stream().mapToLong(peer -> peer.link().admissions()).toArray();
    Progress progress = new Progress(present.settling().oldestUnsettledNanos(), present.caughtUp());
    return new Sample(
        status,
        present.others(),
        admissions,
        obstacle(present, status),
        failures.announced(),
        progress,
        worstLagNanos,
        now);
  }

  /** Why a write cannot succeed, as far as that is known without trying; empty if it may. */
  private static String obstacle(Incarnation present, Status status) {
    if (!present.self().isAnswering()) {
      return "this replica answers no client: it waits for " + status.waiting_for;
    }
    if (status.data.full) {
      return "the disk of this replica is full";
    }
    for (Peer peer : present.peers().all()) {
      if (!peer.isAdmitted()) {
        return new Failure(peer.cause(), peer.name(), peer.trouble()).text();
      }
    }
    Peer full = present.peers().whoseDiskIsFull();
    return full == null ? "" : "replica " + full.name() + " has a full disk";
  }

  /** The replica is told to stop, and is not ready from now on. */
  void stops() {
    pages.stops();
  }

  @Override
  public void close() {
    server.close();
    events.close();
  }
}
