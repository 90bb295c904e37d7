package org.rkv.replica.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.ServingStatus;

/** What Prometheus is told. */
class MetricsTest {
  private final Measurements measurements = new Measurements();
  private Sample sample = sample("beta", "gamma");
  private final Metrics metrics = new Metrics(measurements, () -> sample);

  private static Sample sample(String... names) {
    Status status = ServingStatus.of("alpha", names);
    Progress progress = new Progress(TimeUnit.MILLISECONDS.toNanos(2500), 0.25);
    return Sample.of(status, progress, System.nanoTime());
  }

  private List<String> lines() {
    return new String(metrics.text(), StandardCharsets.UTF_8).lines().toList();
  }

  private void expect(String line) {
    List<String> lines = lines();
    assertTrue(lines.contains(line), () -> String.join("\n", lines));
  }

  /** A count that is born at one is invisible to a rate. */
  @Test
  void shouldHaveEveryReasonOfEveryPeerAtZeroFromTheFirstTimeOn() {
    List<String> lines = lines();
    long series = lines.stream().filter(l -> l.startsWith("rkv_requests_failed_total{")).count();
    long ofPeers = List.of(Cause.values()).stream().filter(Cause::isOfPeer).count();
    long ofOurs = Cause.values().length - ofPeers;

    assertEquals(Request.values().length * (2 * ofPeers + ofOurs), series);
    assertTrue(
        lines.contains(
            "rkv_requests_failed_total{cause=\"silent\",operation=\"PUT\",peer=\"gamma\"} 0.0"),
        () -> String.join("\n", lines));
    assertTrue(lines.contains("rkv_requests_total{operation=\"GET\",outcome=\"not-found\"} 0.0"));
    assertTrue(
        lines.contains("rkv_request_duration_seconds_bucket{operation=\"PUT\",le=\"+Inf\"} 0"));
  }

  @Test
  void shouldCountAnswersAndReasons() {
    expect("rkv_requests_failed_total{cause=\"silent\",operation=\"PUT\",peer=\"beta\"} 0.0");
    measurements.answered(Request.PUT, kv.PUT_OK, 1000);
    measurements.answered(Request.PUT, kv.PUT_DUPLICATE_KEY_VALUE_RESET, 1000);
    measurements.answered(Request.PUT, kv.PUT_FAILED, 1000);
    measurements.failed(Request.PUT, new Failure(Cause.SILENT, "beta", "no answer"));

    expect("rkv_requests_total{operation=\"PUT\",outcome=\"ok\"} 1.0");
    expect("rkv_requests_total{operation=\"PUT\",outcome=\"replaced\"} 1.0");
    expect("rkv_requests_total{operation=\"PUT\",outcome=\"failed\"} 1.0");
    expect("rkv_requests_failed_total{cause=\"silent\",operation=\"PUT\",peer=\"beta\"} 1.0");
  }

  @Test
  void shouldHaveAPeerThatIsNewAtZeroAndNotForgetWhatAFormerOneDid() {
    measurements.failed(Request.PUT, new Failure(Cause.SILENT, "beta", "no answer"));
    lines();
    sample = sample("gamma", "delta");

    expect("rkv_requests_failed_total{cause=\"silent\",operation=\"PUT\",peer=\"delta\"} 0.0");
    expect("rkv_requests_failed_total{cause=\"silent\",operation=\"PUT\",peer=\"beta\"} 1.0");
  }

  @Test
  void shouldTellHowLongAnswersTookHoweverLong() {
    measurements.answered(Request.GET, kv.GET_OK, TimeUnit.MICROSECONDS.toNanos(50));
    measurements.answered(Request.GET, kv.GET_OK, TimeUnit.MILLISECONDS.toNanos(20));
    lines();
    measurements.answered(Request.GET, kv.GET_OK, -5);
    measurements.answered(Request.GET, kv.GET_OK, Long.MAX_VALUE);

    expect("rkv_request_duration_seconds_bucket{operation=\"GET\",le=\"1.0E-4\"} 2");
    expect("rkv_request_duration_seconds_bucket{operation=\"GET\",le=\"0.01\"} 2");
    expect("rkv_request_duration_seconds_bucket{operation=\"GET\",le=\"0.025\"} 3");
    expect("rkv_request_duration_seconds_bucket{operation=\"GET\",le=\"10.0\"} 3");
    expect("rkv_request_duration_seconds_count{operation=\"GET\"} 4");
  }

  /** An incarnation that begins anew has connections and counts of its own. */
  @Test
  void shouldNeverCountBackwards() {
    sample.status().peers[0].calls_failed = 7;
    sample.admissions()[0] = 2;
    lines();
    sample = sample("beta", "gamma");
    sample.status().peers[0].calls_failed = 1;
    sample.admissions()[0] = 1;

    List<String> lines = lines();
    assertTrue(lines.contains("rkv_peer_calls_failed_total{peer=\"beta\"} 8.0"));
    assertTrue(lines.contains("rkv_peer_connections_total{peer=\"beta\"} 3.0"));
  }

  @Test
  void shouldCountCallsByTheirProcedure() {
    sample.status().calls[kv.RSCAN_1] = 3;

    expect("rkv_calls_total{procedure=\"RSCAN\"} 3.0");
    expect("rkv_calls_total{procedure=\"WHY\"} 0.0");
  }

  @Test
  void shouldCountCallsThatWereRefused() {
    expect("rkv_calls_refused_total{procedure=\"PUT\"} 0.0");
    measurements.refused(kv.PUT_1);
    measurements.refused(kv.PUT_1);

    expect("rkv_calls_refused_total{procedure=\"PUT\"} 2.0");
    expect("rkv_calls_refused_total{procedure=\"RSCAN\"} 0.0");
  }

  @Test
  void shouldTellOfWhatTakesAWhile() {
    expect("rkv_unsettled_oldest_seconds 2.5");
    expect("rkv_caught_up_ratio 0.25");
  }

  @Test
  void shouldTellOfTheJvm() {
    assertTrue(lines().stream().anyMatch(l -> l.startsWith("jvm_memory_used_bytes{area=\"heap\"")));
    assertTrue(lines().stream().anyMatch(l -> l.startsWith("jvm_gc_collection_seconds")));
  }

  @Test
  void shouldWriteNumbersTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      sample.status().clock_lead_millis = 1500;
      for (String language : List.of("de-DE", "ar-u-nu-arab", "tr")) {
        Locale.setDefault(Locale.forLanguageTag(language));
        expect("rkv_clock_lead_seconds 1.5");
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
