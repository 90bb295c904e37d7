package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.browser.Browser;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.TestClient;

/** The page at / in a browser, while a replica dies and comes back. */
@Timeout(180)
class StatusPageIT {
  private static final int WIDE = 1280;
  private static final int PHONE = 360;
  private static final int HEIGHT = 800;
  private static final int LAST = 4;
  private static final int LOAD_MILLIS = 5;
  private static final Path PICTURES = Path.of("target/pictures");
  private static final String STATES =
      "[...document.querySelectorAll('#replicas .word')].map(e => e.textContent.slice(2))";

  @TempDir Path directory;
  private final ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
  private Cluster cluster;
  private Browser browser;

  @AfterEach
  void stop() throws Exception {
    load.shutdownNow();
    if (browser != null) {
      browser.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private String seen() throws Exception {
    return browser.text("body") + "\n" + browser.errors();
  }

  private void await(String what, String expression) throws Exception {
    Eventually.until(what, () -> browser.value(expression).equals("true"), this::seen);
  }

  private void awaitStates(String last) throws Exception {
    String all = "serving,serving,serving,serving," + last;
    await("the states are " + all, STATES + ".join() === '" + all + "'");
  }

  private void pictures(String when) throws Exception {
    browser.look(PHONE, HEIGHT, true);
    browser.picture(PICTURES.resolve(when + "-phone-dark.png"));
    assertEquals(
        "",
        browser.value(
            "[...document.querySelectorAll('body > *, section, section > *, figure')]"
                + ".filter(e => e.getBoundingClientRect().right > innerWidth)"
                + ".map(e => e.tagName + '#' + e.id + '.' + e.className)"),
        "what is wider than a phone");
    browser.look(WIDE, HEIGHT, false);
    browser.picture(PICTURES.resolve(when + "-wide-light.png"));
  }

  @Test
  void shouldFollowTheDeathAndTheReturnOfAReplica() throws Exception {
    cluster =
        Cluster.serving(
            directory, LAST + 1, each -> each.http(new HttpSettings(null, 0, Set.of())));
    browser = Browser.start(directory.resolve("browser"));
    browser.look(WIDE, HEIGHT, false);
    browser.open(cluster.replica(0).httpAddress());
    try (TestClient client = cluster.replica(0).client()) {
      load.scheduleWithFixedDelay(() -> write(client), 0, LOAD_MILLIS, TimeUnit.MILLISECONDS);
      awaitStates("serving");
      await("each reaches each", "document.querySelectorAll('#rows .good').length === 20");
      await("writes are drawn", "document.getElementById('rate').textContent !== '0/s'");
      await("and their times", "document.getElementById('p99').textContent !== '\u2013'");
      await("writes succeed", "document.getElementById('writes').innerText.includes('succeed')");
      pictures("before");

      long begin = System.nanoTime();
      cluster.stop(LAST);
      awaitStates("away");
      Figures.print("page: a death is shown after ms", millisSince(begin));
      String host = cluster.host(LAST);
      await("writes fail", "document.getElementById('writes').innerText.includes('fail')");
      await("why", "document.getElementById('obstacle').innerText.includes('" + host + "')");
      await(
          "why they did", "document.getElementById('failures').innerText.includes('" + host + "')");
      await("nobody reaches it", "document.querySelectorAll('#rows .bad').length === 4");
      await("the failures are drawn", "document.getElementById('failed').textContent !== '0/s'");
      pictures("during");

      cluster.start(LAST);
      cluster.awaitLinked();
      begin = System.nanoTime();
      awaitStates("serving");
      Figures.print("page: a return is shown after ms", millisSince(begin));
      await("writes succeed", "document.getElementById('writes').innerText.includes('succeed')");
      await("each reaches each", "document.querySelectorAll('#rows .good').length === 20");
      pictures("after");
      load.shutdownNow();
      assertTrue(load.awaitTermination(1, TimeUnit.MINUTES));
    }
    assertEquals(List.of(), browser.errors());
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** Whether it succeeds is not asked here. */
  private static void write(TestClient client) {
    try {
      client.put("k", "v");
      client.get("k");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
