package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.testing.Eventually;

/** A name service that is slow, silent or wrong, and who asks it. */
@Timeout(60)
class NameLookupsTest {
  private static final long TIMEOUT_MILLIS = 30_000;
  private static final long SHORT_MILLIS = 50;

  private final LogLines log = new LogLines();
  private final StubResolver service = new StubResolver().says("a", "10.0.0.1", "10.0.0.2");
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private EventLoop loop;
  private NameLookups lookUps;

  /** Says what it hears of. */
  private final class Events implements NameLookups.Listener {
    private final String who;

    Events(String who) {
      this.who = who;
    }

    @Override
    public void found(List<InetAddress> addresses) {
      events.add(who + ": " + addresses.stream().map(AddressLiteral::text).toList());
    }

    @Override
    public void notFound(String reason) {
      events.add(who + ": " + reason);
    }
  }

  @BeforeEach
  void startLoop() throws IOException {
    loop = new EventLoop("asking", log);
    lookUps = new NameLookups(loop, service);
    loop.start();
  }

  @AfterEach
  void closeLoop() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(TIMEOUT_MILLIS));
  }

  @Test
  void shouldFindTheAddressesOfANameAndRememberThem() throws Exception {
    ask("a", "one");
    assertEquals("one: [10.0.0.1, 10.0.0.2]", next());
    assertEquals(2, lookUps.last("a").size());

    service.says("a");
    ask("a", "one");
    assertEquals("one: unknown host", next());
    assertEquals(2, lookUps.last("a").size(), "as they were when it could last be resolved");
    assertEquals(List.of(), lookUps.last("b"));
  }

  @Test
  void shouldNotAskForAnAddress() throws Exception {
    ask("127.0.0.01", "one");
    assertEquals("one: [127.0.0.1]", next());
    assertEquals(0, service.lookUpsOf("127.0.0.01"));
    assertEquals(1, lookUps.last("127.0.0.01").size());
  }

  @Test
  void shouldAskForEachNameOnceAtATime() throws Exception {
    service.isSilentAbout("a");
    ask("a", "one");
    ask("a", "two");
    service.answers("a");
    assertEquals("one: [10.0.0.1, 10.0.0.2]", next());
    assertEquals("two: [10.0.0.1, 10.0.0.2]", next());
    assertEquals(1, service.lookUpsOf("a"));

    ask("a", "three");
    assertEquals("three: [10.0.0.1, 10.0.0.2]", next());
    assertEquals(2, service.lookUpsOf("a"), "it is asked anew");
  }

  @Test
  void shouldNotTellWhoIsForgotten() throws Exception {
    service.isSilentAbout("a");
    Events gone = new Events("gone");
    loop.execute(
        () -> {
          lookUps.lookUp("a", gone);
          lookUps.lookUp("a", new Events("two"));
          lookUps.forget("a", gone);
          events.add("asked for");
        });
    assertEquals("asked for", next(), "it hears nothing during the call");
    service.answers("a");
    assertEquals("two: [10.0.0.1, 10.0.0.2]", next());
    assertEquals(List.of(), List.copyOf(events));
  }

  /** They had four threads together, for ten seconds and more. */
  @Test
  void shouldHoldUpNeitherOtherNamesNorOtherTasksThatBlock() throws Exception {
    for (int i = 0; i < 64; i++) {
      service.isSilentAbout("silent" + i);
      ask("silent" + i, "never");
    }
    ask("a", "one");
    assertEquals("one: [10.0.0.1, 10.0.0.2]", next());
    loop.execute(
        () ->
            loop.offload(() -> "the file was read", events::add, e -> events.add("failed: " + e)));
    assertEquals("the file was read", next());
  }

  @Test
  void shouldGoOnWithoutTheNamesThatAreNotAnsweredInTime() throws Exception {
    service.isSilentAbout("silent");
    refresh(List.of("a", "silent", "unknown", "127.0.0.1"), SHORT_MILLIS);
    assertEquals("refreshed", next());
    assertEquals(2, lookUps.last("a").size());

    service.says("silent", "10.0.0.3").answers("silent");
    Eventually.holds("it is remembered", () -> lookUps.last("silent").size() == 1);
    assertEquals(List.of(), List.copyOf(events));
  }

  @Test
  void shouldNotWaitLongerThanTheNamesNeed() throws Exception {
    refresh(List.of("a", "unknown", "127.0.0.1"), TIMEOUT_MILLIS * 1000);
    assertEquals("refreshed", next());
    refresh(List.of(), TIMEOUT_MILLIS * 1000);
    assertEquals("refreshed", next());
  }

  private void refresh(List<String> hosts, long timeoutMillis) {
    loop.execute(() -> lookUps.refresh(hosts, timeoutMillis, () -> events.add("refreshed")));
  }

  private void ask(String host, String who) {
    loop.execute(() -> lookUps.lookUp(host, new Events(who)));
  }

  private String next() throws InterruptedException {
    String event = events.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    return event == null ? "nothing within " + TIMEOUT_MILLIS + " ms" : event;
  }
}
