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
import org.rkv.replica.metrics.TextBytes;
import org.rkv.replica.page.Condition;
import org.rkv.replica.page.PageData;
import org.rkv.replica.page.StatusPage;
import org.rkv.rpc.Status;

/**
 * What is told of a replica over HTTP. Made anew once for each sample of it, and once a second,
 * whoever and how many ask. Belongs to the thread of the HTTP server.
 */
final class MonitoringPages implements Function<String, Response> {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String JSON = "application/json";

  /** Names and texts are bytes, a char each. */
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(
              String.class,
              (JsonSerializer<String>)
                  (bytes, type, context) -> new JsonPrimitive(TextBytes.utf8(bytes)))
          .disableHtmlEscaping()
          .create();

  private final Metrics metrics;
  private final PageData data;
  private final Supplier<Sample> latest;
  private final LongSupplier nanoTime;
  private final Response page = StatusPage.response();
  private final Cached metricsPage = new Cached(this::metrics);
  private final Cached statusPage = new Cached(this::status);
  private final Cached nowPage = new Cached(this::now);
  private final Cached historyPage = new Cached(this::history);
  private volatile boolean stopping;
  private volatile boolean isWatched;
  private volatile long watchedNanos;

  /**
   * Of one replica.
   *
   * @param data of the page that people look at
   * @param latest how it is; never null
   * @param nanoTime as {@link System#nanoTime}
   */
  MonitoringPages(Metrics metrics, PageData data, Supplier<Sample> latest, LongSupplier nanoTime) {
    this.metrics = metrics;
    this.data = data;
    this.latest = latest;
    this.nanoTime = nanoTime;
  }

  /** From now on it is not ready. Safe for all threads. */
  void stops() {
    stopping = true;
  }

  /** Whether somebody looks at the page, as of the last seconds. Safe for all threads. */
  boolean isWatched() {
    return isWatched && nanoTime.getAsLong() - watchedNanos < WATCHED_NANOS;
  }

  @Override
  public Response apply(String path) {
    return switch (path) {
      case "/" -> page;
      case "/metrics" -> metricsPage.get();
      case "/status.json" -> statusPage.get();
      case "/now.json" -> {
        watchedNanos = nanoTime.getAsLong();
        isWatched = true;
        yield nowPage.get();
      }
      case "/history.json" -> historyPage.get();
      case "/health" -> health(condition());
      case "/ready" -> ready(condition());
      default -> null;
    };
  }

  private long ageMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - latest.get().takenNanos());
  }

  private Condition condition() {
    return Condition.of(latest.get(), ageMillis(), stopping);
  }

  private static Response health(Condition condition) {
    return condition.isHealthy()
        ? Response.text(200, "healthy")
        : Response.text(503, condition.text());
  }

  private static Response ready(Condition condition) {
    return Response.text(condition.isReady() ? 200 : 503, condition.text());
  }

  private Response now() {
    return new Response(200, JSON, data.now(latest.get(), condition(), ageMillis()));
  }

  private Response history() {
    return new Response(200, JSON, data.history());
  }

  private Response metrics() {
    return new Response(200, Metrics.CONTENT_TYPE, metrics.text());
  }

  private Response status() {
    Status status = latest.get().status();
    return status == null
        ? Response.text(503, "starting: there is no status yet")
        : new Response(200, JSON, (GSON.toJson(status) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A page that is kept for a second, as long as nothing newer is known. */
  private final class Cached {
    private final Supplier<Response> page;
    private Response last;
    private Sample of;
    private long madeNanos;

    Cached(Supplier<Response> page) {
      this.page = page;
    }

    Response get() {
      long now = nanoTime.getAsLong();
      Sample sample = latest.get();
      if (last == null || of != sample || now - madeNanos >= FRESH_NANOS) {
        last = page.get();
        of = sample;
        madeNanos = now;
      }
      return last;
    }
  }
}
