package org.rkv.replica.metrics;

import static org.rkv.replica.metrics.TextBytes.utf8;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * All that Prometheus is told of a replica and its JVM. No name of a metric is made anywhere else.
 * Every count is there from the first time on, also one that is zero, since what is born at one is
 * invisible to a rate; and none goes back while the process runs. Belongs to one thread, not the
 * replica's.
 */
public final class Metrics implements MultiCollector {
  /** Of the text, as HTTP has it. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double MICROS = 1e6;
  private static final double MILLIS = 1e3;
  private static final double NANOS = 1e9;

  /** Of the answers' times; the last one is without bound. */
  private static final double[] BOUNDS = {
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    Double.POSITIVE_INFINITY
  };

  private final Measurements measurements;
  private final Supplier<Sample> latest;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  /** What belongs to an incarnation begins at zero with the next. */
  private final Map<String, Growing> growing = new HashMap<>();

  /** Most of all series are of failures, and mostly there is no new one. */
  private CounterSnapshot failures;

  /** What those are of: the peers, and how many failures there were. */
  private List<Object> failuresOf = List.of();

  private List<MetricSnapshot> collected;

  /** A count that goes on where another one ended. */
  private static final class Growing {
    private long last;
    private long sum;

    double next(long now) {
      sum += now >= last ? now - last : now;
      last = now;
      return sum;
    }
  }

  /**
   * Of one replica.
   *
   * @param latest how it is; never null
   */
  public Metrics(Measurements measurements, Supplier<Sample> latest) {
    this.measurements = measurements;
    this.latest = latest;
    registry.register(this);
    JvmMetrics.builder().register(registry);
  }

  /** As Prometheus reads it. */
  public byte[] text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream(32 * 1024);
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }

  @Override
  public MetricSnapshots collect() {
    collected = new ArrayList<>();
    Sample sample = latest.get();
    requests();
    failures(sample.status());
    calls(
        "rkv_calls_refused",
        "Calls that whoever made them may not make, by procedure of kv.x.",
        measurements.refused());
    gauge(
        "rkv_event_loop_age_seconds",
        "How long ago the replica's thread last gave a sign of life.",
        (System.nanoTime() - sample.takenNanos()) / NANOS);
    gauge(
        "rkv_event_loop_lag_seconds",
        "How late the replica's thread came to its timers, at most within a second.",
        sample.lagNanos() / NANOS);
    boolean serves =
        sample.status() != null
            && sample.status().state == kv.REPLICA_SERVING
            && sample.status().waiting_for.isEmpty();
    gauge("rkv_serving", "1 if clients are answered.", serves ? 1 : 0);
    gauge(
        "rkv_writable",
        "1 if clients are answered, and no peer and no disk is known to make writes fail.",
        serves && sample.isWritable() ? 1 : 0);
    if (sample.status() != null) {
      ofStatus(sample.status());
      ofProgress(sample.progress());
      ofPeers(sample);
    }
    MetricSnapshots all = new MetricSnapshots(collected);
    collected = null;
    return all;
  }

  private void requests() {
    CounterSnapshot.Builder answers =
        CounterSnapshot.builder()
            .name("rkv_requests")
            .help("Requests of clients that were answered, by code of kv.x.");
    HistogramSnapshot.Builder times =
        HistogramSnapshot.builder()
            .name("rkv_request_duration_seconds")
            .help("How long answers took, from the moment that the request was read.");
    for (Request request : Request.values()) {
      for (int code = 0; code < Measurements.CODES - 1; code++) {
        String outcome = Outcomes.of(request, code);
        if (outcome != null) {
          answers.dataPoint(
              counted(
                  Labels.of("operation", request.name(), "outcome", outcome),
                  measurements.answers(request, code)));
        }
      }
      times.dataPoint(times(request));
    }
    collected.add(answers.build());
    collected.add(times.build());
  }

  private HistogramDataPointSnapshot times(Request request) {
    Histogram micros = measurements.micros(request);
    long[] counts = new long[BOUNDS.length];
    long below = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      long upTo =
          i == BOUNDS.length - 1
              ? micros.getTotalCount()
              : micros.getCountBetweenValues(0, (long) (BOUNDS[i] * MICROS));
      counts[i] = upTo - below;
      below = upTo;
    }
    return HistogramDataPointSnapshot.builder()
        .labels(Labels.of("operation", request.name()))
        .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
        .sum(micros.getMean() * micros.getTotalCount() / MICROS)
        .build();
  }

  private void failures(Status status) {
    List<Object> of = new ArrayList<>();
    of.add(measurements.failures().values().stream().mapToLong(AtomicLong::get).sum());
    if (status != null) {
      for (PeerStatus peer : status.peers) {
        of.add(peer.name);
      }
    }
    if (!of.equals(failuresOf)) {
      failures = failuresNow(status);
      failuresOf = of;
    }
    collected.add(failures);
  }

  private CounterSnapshot failuresNow(Status status) {
    CounterSnapshot.Builder failed =
        CounterSnapshot.builder()
            .name("rkv_requests_failed")
            .help("Requests of clients that were announced as failed, by cause and peer.");
    Set<Measurements.Reason> reasons = new HashSet<>(measurements.failures().keySet());
    for (Request request : Request.values()) {
      for (Cause cause : Cause.values()) {
        if (!cause.isOfPeer()) {
          reasons.add(new Measurements.Reason(request, cause, ""));
        } else if (status != null) {
          for (PeerStatus peer : status.peers) {
            reasons.add(new Measurements.Reason(request, cause, peer.name));
          }
        }
      }
    }
    for (Measurements.Reason reason : reasons) {
      AtomicLong count = measurements.failures().get(reason);
      failed.dataPoint(
          counted(
              Labels.of(
                  "operation", reason.request().name(),
                  "cause", reason.cause().label(),
                  "peer", utf8(reason.peer())),
              count == null ? 0 : count.get()));
    }
    return failed.build();
  }

  private void ofStatus(Status status) {
    gauge(
        "rkv_uptime_seconds", "Since it began, or last began anew.", status.uptime_millis / MILLIS);
    gauge("rkv_entries", "Keys that have a value.", status.entries);
    gauge("rkv_capacity", "Keys that may have a value.", status.capacity);
    gauge("rkv_tombstones", "Deletes that are remembered.", status.tombstones);
    gauge("rkv_unsettled", "Entries not known to be on every replica.", status.unsettled);
    gauge("rkv_held_bytes", "Memory that entries and deletes take.", status.held_bytes);
    gauge("rkv_max_bytes", "Memory that entries and deletes may take.", status.max_bytes);
    gauge("rkv_connections", "Connections of clients and replicas.", status.connections);
    gauge("rkv_calls_under_way", "Calls that wait for their answer.", status.calls_under_way);
    gauge(
        "rkv_clock_lead_seconds",
        "How far stamps are ahead of the wall clock.",
        status.clock_lead_millis / MILLIS);
    calls(
        "rkv_calls",
        "Calls that were executed, of replicas too, by procedure of kv.x.",
        status.calls);
    count("rkv_rpc_errors", "Calls that were answered with an error of RPC.", status.errors);
    boolean isKept = !status.data.directory.isEmpty();
    gauge("rkv_data_kept", "1 if what it holds is kept on its disk.", isKept ? 1 : 0);
    gauge("rkv_data_full", "1 if its disk is full.", status.data.full ? 1 : 0);
    gauge("rkv_data_files_bytes", "Files of the data directory.", status.data.file_bytes);
    gauge("rkv_data_unforced_bytes", "Not yet on the disk.", status.data.unforced_bytes);
    gauge(
        "rkv_data_unforced_seconds",
        "How long the oldest of what is not yet on the disk has waited.",
        status.data.unforced_millis / MILLIS);
  }

  private void calls(String name, String help, long... calls) {
    CounterSnapshot.Builder counts = CounterSnapshot.builder().name(name).help(help);
    for (int i = 0; i < calls.length; i++) {
      counts.dataPoint(counted(Labels.of("procedure", KvProgram.nameOf(i)), calls[i]));
    }
    collected.add(counts.build());
  }

  private void ofProgress(Progress progress) {
    gauge(
        "rkv_unsettled_oldest_seconds",
        "How long the oldest entry has waited that is not known to be on every replica.",
        progress.oldestUnsettledNanos() / NANOS);
    gauge(
        "rkv_caught_up_ratio",
        "How much of what the others hold has been taken over since it began; 1 while it serves.",
        progress.caughtUp());
  }

  private void ofPeers(Sample sample) {
    PeerStatus[] peers = sample.status().peers;
    ofPeers(peers, "rkv_peer_reachable", "1 if it can be asked.", peer -> peer.reachable ? 1 : 0);
    ofPeers(
        peers,
        "rkv_peer_serving",
        "1 if it said last that it serves.",
        peer -> peer.state == kv.REPLICA_SERVING ? 1 : 0);
    ofPeers(
        peers,
        "rkv_peer_round_trip_seconds",
        "Of the last call to it; NaN if there was none.",
        peer -> peer.round_trip_micros < 0 ? Double.NaN : peer.round_trip_micros / MICROS);
    ofPeers(peers, "rkv_peer_queued_bytes", "Not yet sent to it.", peer -> peer.queued_bytes);
    ofPeers(
        peers, "rkv_peer_calls_under_way", "Not yet answered by it.", peer -> peer.calls_under_way);
    CounterSnapshot.Builder failed =
        CounterSnapshot.builder()
            .name("rkv_peer_calls_failed")
            .help("Calls to it, for want of a connection or an answer.");
    CounterSnapshot.Builder connections =
        CounterSnapshot.builder()
            .name("rkv_peer_connections")
            .help("Connections to it that it has admitted.");
    for (int i = 0; i < peers.length; i++) {
      Labels labels = Labels.of("peer", utf8(peers[i].name));
      failed.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels)
              .value(grown("failed " + peers[i].name, peers[i].calls_failed))
              .build());
      connections.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels)
              .value(grown("connections " + peers[i].name, sample.admissions()[i]))
              .build());
    }
    collected.add(failed.build());
    collected.add(connections.build());
  }

  private double grown(String name, long now) {
    return growing.computeIfAbsent(name, unseen -> new Growing()).next(now);
  }

  private void ofPeers(
      PeerStatus[] peers, String name, String help, ToDoubleFunction<PeerStatus> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (PeerStatus peer : peers) {
      gauge.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(Labels.of("peer", utf8(peer.name)))
              .value(value.applyAsDouble(peer))
              .build());
    }
    collected.add(gauge.build());
  }

  private void gauge(String name, String help, double value) {
    collected.add(
        GaugeSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
            .build());
  }

  private void count(String name, String help, long value) {
    collected.add(
        CounterSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(counted(Labels.EMPTY, value))
            .build());
  }

  private static CounterDataPointSnapshot counted(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
