package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rkv.net.LogLines;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.Reason;
import org.slf4j.event.Level;

/** What is made of the reasons of failures. */
class FailuresTest {
  private static final Failure BETA_IS_SILENT =
      new Failure(Cause.SILENT, "beta", "no answer within 2000 ms");
  private static final Failure GAMMA_IS_SILENT =
      new Failure(Cause.SILENT, "gamma", "no answer within 2000 ms");
  private static final Failure BETA_IS_AWAY =
      new Failure(Cause.UNREACHABLE, "beta", "Connection refused");

  private final LogLines log = new LogLines();
  private final List<String> heard = new ArrayList<>();
  private long nanos = -7;
  private final Failures failures = new Failures(new Listening(), () -> nanos, log);

  private final class Listening implements Observer {
    @Override
    public void failed(Request request, Failure why) {
      heard.add(request + " " + why.cause().label() + " " + why.peer());
    }
  }

  @Test
  void shouldTellTheObserverOfEach() {
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    failures.failed(Request.GET, "k", Failure.ofOurs(Cause.NOT_SERVING, "waiting"));

    assertEquals(List.of("PUT silent beta", "PUT silent beta", "GET not-serving "), heard);
  }

  @Test
  void shouldWriteALineForEachPeerAndCause() {
    for (int i = 0; i < 100; i++) {
      failures.failed(Request.PUT, "k", BETA_IS_SILENT);
      failures.failed(Request.DEL, "k", GAMMA_IS_SILENT);
      failures.failed(Request.GET, "k", BETA_IS_AWAY);
    }

    assertEquals(
        List.of(
            "PUT is announced as failed: replica beta does not answer: no answer within 2000 ms",
            "DEL is announced as failed: replica gamma does not answer: no answer within 2000 ms",
            "GET is announced as failed: replica beta is not reachable: Connection refused"),
        log.texts(Level.WARN));
  }

  @Test
  void shouldSayItAgainAfterTenMinutesWithHowOftenItWasSo() {
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    nanos += TimeUnit.MINUTES.toNanos(10);
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    nanos++;
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);

    assertEquals(
        List.of(
            "PUT is announced as failed: replica beta does not answer: no answer within 2000 ms",
            "PUT is announced as failed: replica beta does not answer: no answer within 2000 ms"
                + " (and 2 more for that before)"),
        log.texts(Level.WARN));
  }

  @Test
  void shouldNotTellMorePeersApartThanAListCanHave() {
    for (int i = 0; i < 10 * Failures.MAX_PEERS; i++) {
      failures.failed(Request.PUT, "k", new Failure(Cause.SILENT, "peer" + i, "no answer"));
    }

    assertEquals(Failures.MAX_PEERS + 1, log.texts(Level.WARN).size());
  }

  @Test
  void shouldCountForEachPeerAndCause() {
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    failures.failed(Request.GET, "l", BETA_IS_SILENT);
    nanos += TimeUnit.SECONDS.toNanos(3);
    failures.failed(Request.PUT, "k", BETA_IS_AWAY);
    failures.failed(Request.PUT, "k", Failure.ofOurs(Cause.NOT_SERVING, "waiting"));

    assertEquals(
        List.of("silent beta 2 3000", "unreachable beta 1 0", "not-serving  1 0"),
        Arrays.stream(failures.counts())
            .map(each -> each.cause + " " + each.peer + " " + each.count + " " + each.last_millis)
            .toList());
  }

  @Test
  void shouldRememberTheLatestOfEachKeyAndRequest() {
    failures.failed(Request.PUT, "k", BETA_IS_AWAY);
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    failures.failed(Request.GET, "k", GAMMA_IS_SILENT);
    nanos += TimeUnit.MILLISECONDS.toNanos(7);

    Reason reason = failures.why(Request.PUT, "k");
    assertEquals("silent beta 7", reason.cause + " " + reason.peer + " " + reason.millis);
    assertEquals("replica beta does not answer: no answer within 2000 ms", reason.text);
    assertEquals("gamma", failures.why(Request.GET, "k").peer);
    assertEquals("", failures.why(Request.DEL, "k").cause);
    assertEquals("", failures.why(Request.PUT, "another").cause);
    assertEquals("", failures.why(null, "k").cause);
  }

  @Test
  void shouldForgetTheOldest() {
    failures.failed(Request.PUT, "first", BETA_IS_SILENT);
    for (int i = 1; i < Failures.MAX_REMEMBERED; i++) {
      failures.failed(Request.PUT, "k", BETA_IS_SILENT);
    }
    assertEquals("silent", failures.why(Request.PUT, "first").cause);
    failures.failed(Request.PUT, "k", BETA_IS_SILENT);

    assertEquals("", failures.why(Request.PUT, "first").cause);
  }
}
