package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.browser.Browser;
import org.rkv.http.HttpServer;
import org.rkv.http.Response;
import org.rkv.net.LogLines;
import org.rkv.replica.metrics.LastMinutes;
import org.rkv.replica.metrics.Measurements;
import org.rkv.replica.metrics.Metrics;
import org.rkv.replica.metrics.Progress;
import org.rkv.replica.metrics.Sample;
import org.rkv.replica.observe.Announced;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Request;
import org.rkv.replica.page.LatestEvents;
import org.rkv.replica.page.PageData;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.slf4j.LoggerFactory;

/** What who reads the page at / sees and can do, whatever it is told. */
@Timeout(180)
class StatusPageReaderIT {
  private static final String LOG = "of a page";
  private static final String EVIL = "<img src=x onerror=\"document.title='x'\"></script>'&";
  private static final int TAB = 9;
  private static final int RIGHT = 39;

  @TempDir Path directory;
  private final Measurements measurements = new Measurements();
  private final LastMinutes lastMinutes = new LastMinutes(measurements, System.nanoTime());
  private final LatestEvents events = new LatestEvents(LOG);
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private Browser browser;

  @BeforeEach
  void open() throws Exception {
    browser = Browser.start(directory);
    server = serve(0);
    browser.open(server.address());
  }

  @AfterEach
  void close() throws Exception {
    events.close();
    if (server != null) {
      server.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  private HttpServer serve(int port) throws Exception {
    Metrics metrics = new Metrics(measurements, StatusPageReaderIT::sample);
    PageData data = new PageData(lastMinutes, events);
    MonitoringPages pages =
        new MonitoringPages(metrics, data, StatusPageReaderIT::sample, System::nanoTime);
    InetSocketAddress where =
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    HttpServer made =
        new HttpServer("http", where, Set.of(), path -> count(path, pages), new LogLines());
    made.start(() -> lastMinutes.second(System.nanoTime()));
    return made;
  }

  private Response count(String path, MonitoringPages pages) {
    asked.incrementAndGet();
    return pages.apply(path);
  }

  /** A replica whose every text is of somebody who wants it to be more than text. */
  private static Sample sample() {
    Status status = new Status();
    status.name = EVIL;
    status.release = EVIL;
    status.state = kv.REPLICA_SERVING;
    status.waiting_for = EVIL;
    status.directory = EVIL;
    status.options = EVIL;
    status.capacity = 7;
    status.data = new DataStatus();
    status.data.directory = EVIL;
    status.calls = new long[1];
    status.failures = new FailureCount[0];
    status.peers = new PeerStatus[] {new PeerStatus()};
    status.peers[0].name = "beta" + EVIL;
    status.peers[0].trouble = EVIL;
    long now = System.nanoTime();
    Announced failed = new Announced(Request.PUT, new Failure(Cause.SILENT, "beta", EVIL), 3, now);
    return new Sample(
        status, new Status[1], new long[1], EVIL, List.of(failed), Progress.NONE, 0, now);
  }

  private String seen() throws Exception {
    return browser.text("body") + "\n" + browser.errors();
  }

  private void await(String what, String expression) throws Exception {
    Eventually.until(what, () -> browser.value(expression).equals("true"), this::seen);
  }

  @Test
  void shouldSeeTextAsItIsWritten() throws Exception {
    LoggerFactory.getLogger(LOG).warn("{}", EVIL);
    await("it is shown", "document.querySelectorAll('#events li').length > 0");

    for (String place :
        List.of("#name", "#replicas", "#rows", "#obstacle", "#failures", "#events")) {
      assertTrue(browser.text(place).contains(EVIL), () -> place);
    }
    assertEquals("0", browser.value("document.querySelectorAll('img').length"));
    assertTrue(browser.value("document.title").startsWith(EVIL + ": not-answering"));
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void shouldHearThatNoAnswerComesAndGoOnOnceOneDoes() throws Exception {
    await("it is shown", "document.querySelectorAll('#replicas li').length === 2");
    int port = server.address().getPort();
    server.close();
    await("it says so", "document.getElementById('old').innerText.startsWith('No answer for ')");
    assertEquals("true", browser.value("document.body.classList.contains('stale')"));

    server = serve(port);
    await("it goes on", "document.getElementById('old').hidden");
    assertEquals("false", browser.value("document.body.classList.contains('stale')"));
  }

  @Test
  void shouldChooseWhatIsDrawnWithTheKeyboard() throws Exception {
    measurements.answered(Request.GET, kv.GET_OK, TimeUnit.MILLISECONDS.toNanos(3));
    await("there are seconds", "past.count > 0");
    browser.press("Tab", TAB);
    if (!browser.value("document.activeElement.name").equals("request")) {
      browser.press("Tab", TAB); // over the table, which may have to be scrolled
    }
    browser.press("ArrowRight", RIGHT);

    assertEquals("GET", browser.value("document.querySelector('input:checked').value"));
    await("it was drawn", "past.GET.p99.some(v => v > 0)");
    await("its path", "document.getElementById('p-p99').getAttribute('d').startsWith('M')");
  }

  @Test
  void shouldHaveANameForAllThatIsNotText() throws Exception {
    await("it is shown", "document.querySelectorAll('#replicas li').length === 2");

    assertEquals("en", browser.value("document.documentElement.lang"));
    assertEquals(
        "0",
        browser.value(
            "[...document.querySelectorAll('section, [role=img], [role=region]')]"
                + ".filter(e => !document.getElementById(e.getAttribute('aria-labelledby'))).length"));
    assertEquals(
        "0", browser.value("[...document.querySelectorAll('meter:not([aria-label])')].length"));
    assertEquals(
        "0",
        browser.value("[...document.querySelectorAll('input')].filter(i => !i.labels[0]).length"));
  }
}
