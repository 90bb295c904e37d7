package org.rkv.replica;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.rkv.http.Response;
import org.rkv.replica.metrics.Metrics;
import org.rkv.replica.metrics.Sample;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * What is told of a replica over HTTP. Made anew once a second at most, whoever and how many ask.
 * Belongs to the thread of the HTTP server.
 */
final class MonitoringPages implements Function<String, Response> {
  /** The replica's thread gives a sign of life each second. */
  static final long DEAD_MILLIS = 3_000;

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String INDEX =
      "/metrics      for Prometheus\n"
          + "/health       200 while the replica's thread lives\n"
          + "/ready        200 while clients are answered\n"
          + "/status.json  what STATUS tells";

  /** Names and texts are bytes, a char each. */
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(
              String.class,
              (JsonSerializer<String>)
                  (bytes, type, context) ->
                      new JsonPrimitive(
                          new String(
                              bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)))
          .disableHtmlEscaping()
          .create();

  private final Metrics metrics;
  private final Supplier<Sample> latest;
  private final LongSupplier nanoTime;
  private final Cached metricsPage = new Cached(this::metrics);
  private final Cached statusPage = new Cached(this::status);
  private volatile boolean stopping;

  /**
   * Of one replica.
   *
   * @param latest how it is; never null
   * @param nanoTime as {@link System#nanoTime}
   */
  MonitoringPages(Metrics metrics, Supplier<Sample> latest, LongSupplier nanoTime) {
    this.metrics = metrics;
    this.latest = latest;
    this.nanoTime = nanoTime;
  }

  /** From now on it is not ready. Safe for all threads. */
  void stops() {
    stopping = true;
  }

  @Override
  public Response apply(String path) {
    return switch (path) {
      case "/" -> Response.text(200, INDEX);
      case "/metrics" -> metricsPage.get();
      case "/status.json" -> statusPage.get();
      case "/health" -> health();
      case "/ready" -> ready();
      default -> null;
    };
  }

  /** Of this process alone: who restarts what is not healthy must not restart all at once. */
  private Response health() {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - latest.get().takenNanos());
    return millis < DEAD_MILLIS
        ? Response.text(200, "healthy")
        : Response.text(
            503, "the replica's thread has given no sign of life for " + millis / 1000 + " s");
  }

  /** Whether this replica answers clients' reads; whether writes succeed depends on the others. */
  private Response ready() {
    Response health = health();
    Status status = latest.get().status();
    if (health.status() != 200) {
      return health;
    }
    if (stopping) {
      return Response.text(503, "stopping");
    }
    if (status == null) {
      return Response.text(503, "starting: names are looked up, or the data directory is read");
    }
    String waitingFor =
        new String(
            status.waiting_for.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    if (status.state != kv.REPLICA_SERVING) {
      return Response.text(503, "catching up: waiting for " + waitingFor);
    }
    return waitingFor.isEmpty()
        ? Response.text(200, "ready")
        : Response.text(503, "no client is answered: waiting for " + waitingFor);
  }

  private Response metrics() {
    return new Response(200, Metrics.CONTENT_TYPE, metrics.text());
  }

  private Response status() {
    Status status = latest.get().status();
    return status == null
        ? Response.text(503, "starting: there is no status yet")
        : new Response(
            200, "application/json", (GSON.toJson(status) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A page that is kept for a second. */
  private final class Cached {
    private final Supplier<Response> page;
    private Response last;
    private long madeNanos;

    Cached(Supplier<Response> page) {
      this.page = page;
    }

    Response get() {
      long now = nanoTime.getAsLong();
      if (last == null || now - madeNanos >= FRESH_NANOS) {
        last = page.get();
        madeNanos = now;
      }
      return last;
    }
  }
}
