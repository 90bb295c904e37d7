package org.rkv.replica.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.kv;

/** What was answered second by second. */
class LastMinutesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Measurements measurements = new Measurements();
  private final LastMinutes lastMinutes = new LastMinutes(measurements, 0);
  private long nanos;

  private void second() {
    nanos += SECOND;
    lastMinutes.second(nanos);
  }

  private void put(int code, long micros) {
    measurements.answered(Request.PUT, code, TimeUnit.MICROSECONDS.toNanos(micros));
  }

  @Test
  void shouldTellEachSecondByItself() {
    put(kv.PUT_OK, 100);
    put(kv.PUT_OK, 100);
    put(kv.PUT_FAILED, 120);
    second();
    second();
    put(kv.PUT_OK, 50);
    second();

    LastMinutes.Seconds seconds = lastMinutes.last(Request.PUT, 600);
    assertEquals(3, lastMinutes.count());
    assertArrayEquals(new int[] {3, 0, 1}, seconds.rates());
    assertArrayEquals(new int[] {1, 0, 0}, seconds.failed());
    assertArrayEquals(new int[] {100, -1, 50}, seconds.p50());
    assertArrayEquals(new int[] {120, -1, 50}, seconds.p99());
  }

  @Test
  void shouldKeepTenMinutes() {
    for (int i = 1; i <= 700; i++) {
      for (int j = 0; j < i % 7; j++) {
        put(kv.PUT_OK, 10);
      }
      second();
    }

    int[] all = lastMinutes.last(Request.PUT, 1000).rates();
    assertEquals(600, all.length);
    assertEquals(101 % 7, all[0]);
    assertEquals(700 % 7, all[599]);
    assertArrayEquals(new int[] {699 % 7, 700 % 7}, lastMinutes.last(Request.PUT, 2).rates());
  }

  /** What Prometheus is told is of all time, whoever else reads. */
  @Test
  void shouldLeaveToPrometheusWhatItTells() {
    Sample sample = Sample.ofTheBeginning(0, 0);
    Metrics metrics = new Metrics(measurements, () -> sample);
    put(kv.PUT_OK, 100);
    second();
    put(kv.PUT_OK, 100);
    String text = new String(metrics.text(), StandardCharsets.UTF_8);
    second();

    assertTrue(text.contains("rkv_request_duration_seconds_count{operation=\"PUT\"} 2"), text);
    assertArrayEquals(new int[] {1, 1}, lastMinutes.last(Request.PUT, 600).rates());
  }

  @Test
  void shouldTellHowMuchThatIsASecondIfOneWasLate() {
    put(kv.PUT_OK, 10);
    put(kv.PUT_OK, 10);
    nanos += SECOND;
    second();

    assertArrayEquals(new int[] {1}, lastMinutes.last(Request.PUT, 600).rates());
  }
}
