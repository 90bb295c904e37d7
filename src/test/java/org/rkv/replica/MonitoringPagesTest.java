package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rkv.http.Response;
import org.rkv.replica.metrics.LastMinutes;
import org.rkv.replica.metrics.Measurements;
import org.rkv.replica.metrics.Metrics;
import org.rkv.replica.metrics.Progress;
import org.rkv.replica.metrics.Sample;
import org.rkv.replica.page.Condition;
import org.rkv.replica.page.LatestEvents;
import org.rkv.replica.page.PageData;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.ServingStatus;

/** What a replica tells over HTTP in each of its states. */
class MonitoringPagesTest {
  private long nanos = TimeUnit.DAYS.toNanos(1);
  private Sample sample = Sample.ofTheBeginning(0, nanos);
  private final Measurements measurements = new Measurements();
  private final LastMinutes lastMinutes = new LastMinutes(measurements, nanos);
  private final LatestEvents events = new LatestEvents("alpha");
  private final MonitoringPages pages =
      new MonitoringPages(
          new Metrics(measurements, () -> sample),
          new PageData(lastMinutes, events),
          () -> sample,
          () -> nanos);

  @AfterEach
  void close() {
    events.close();
  }

  private void is(Status status) {
    sample = Sample.of(status, Progress.NONE, nanos);
  }

  private static Status serving() {
    Status status = ServingStatus.of("alpha", "b\u00c3\u00a9ta");
    status.peers[0].trouble = "<script>alert(\"x\")</script>";
    return status;
  }

  private String tells(String path) {
    Response response = pages.apply(path);
    return response.status() + " " + new String(response.body(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void shouldBeHealthyAndNotReadyWhileItStarts() {
    assertEquals("200 healthy", tells("/health"));
    assertTrue(tells("/ready").startsWith("503 starting"), tells("/ready"));
    assertTrue(tells("/status.json").startsWith("503 starting"), tells("/status.json"));
    assertTrue(tells("/metrics").contains("\nrkv_serving 0.0"), tells("/metrics"));
  }

  @Test
  void shouldBeHealthyAndNotReadyWhileItCatchesUp() {
    Status status = serving();
    status.state = kv.REPLICA_CATCHING_UP;
    status.waiting_for = "replica beta";
    is(status);

    assertEquals("200 healthy", tells("/health"));
    assertEquals("503 catching up: waiting for replica beta", tells("/ready"));
  }

  @Test
  void shouldBeReadyWhileItServesWhateverBecomesOfWrites() {
    Status status = serving();
    status.peers[0].reachable = false;
    status.data.full = true;
    Sample all = Sample.of(status, Progress.NONE, nanos);
    sample =
        new Sample(
            status,
            all.others(),
            all.admissions(),
            "replica beta is away",
            List.of(),
            Progress.NONE,
            0,
            nanos);

    assertEquals("200 healthy", tells("/health"));
    assertEquals("200 ready", tells("/ready"));
    assertTrue(tells("/metrics").contains("\nrkv_writable 0.0"), tells("/metrics"));
    assertTrue(tells("/metrics").contains("\nrkv_serving 1.0"), tells("/metrics"));
  }

  @Test
  void shouldNotBeReadyWhereItAnswersNobody() {
    Status status = serving();
    status.waiting_for = "replica beta to list us again";
    is(status);

    assertEquals(
        "503 no client is answered: waiting for replica beta to list us again", tells("/ready"));
  }

  @Test
  void shouldNotBeReadyOnceItStops() {
    is(serving());
    pages.stops();

    assertEquals("200 healthy", tells("/health"));
    assertEquals("503 stopping", tells("/ready"));
  }

  @Test
  void shouldNotBeHealthyOnceItsThreadIsStuck() {
    is(serving());
    nanos += TimeUnit.MILLISECONDS.toNanos(Condition.DEAD_MILLIS) - 1;
    assertEquals("200 healthy", tells("/health"));
    nanos += TimeUnit.SECONDS.toNanos(2);

    assertEquals("503 the replica's thread has given no sign of life for 4 s", tells("/health"));
    assertEquals("503 the replica's thread has given no sign of life for 4 s", tells("/ready"));
  }

  @Test
  void shouldMakeAPageOnceASecondAtMost() {
    is(serving());
    Response first = pages.apply("/metrics");
    nanos += TimeUnit.SECONDS.toNanos(1) - 1;
    assertSame(first, pages.apply("/metrics"));
    nanos++;

    assertTrue(first != pages.apply("/metrics"));
  }

  @Test
  void shouldTellTheStatusWithTheNamesOfTheProtocol() {
    is(serving());
    String json = tells("/status.json");

    assertTrue(json.startsWith("200 {\"name\":\"alpha\",\"release\":\"1\","), json);
    assertTrue(json.contains("\"name\":\"b\u00e9ta\",\"reachable\":false"), json);
    assertTrue(json.contains("\"trouble\":\"<script>alert(\\\"x\\\")</script>\""), json);
    assertTrue(json.endsWith("\"failures\":[]}"), json);
  }
}
