package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.net.AddressLiteral;
import org.rkv.net.BlackHole;
import org.rkv.net.EventLoop;
import org.rkv.net.LogLines;
import org.rkv.net.NameLookups;
import org.rkv.net.NameResolver;
import org.rkv.net.StubResolver;
import org.rkv.net.TcpNetwork;

/** A link to gamma, whose name leads to delta as well, or nowhere. */
@Timeout(60)
class LinkByNameTest {
  private static final long PEER_TIMEOUT_MILLIS = 2000;
  private static final long TIMEOUT_MILLIS = 30_000;
  private static final long ADMITTED_MILLIS = 3000;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final List<InetAddress> addresses = Collections.synchronizedList(new ArrayList<>());
  private EventLoop loop;
  private ServerSocket gamma;
  private ServerSocket delta;
  private Link link;

  @BeforeEach
  void listen() throws IOException {
    loop = new EventLoop("calling", new LogLines());
    loop.start();
    gamma = new ServerSocket(0, 50, InetAddress.getByName("127.0.46.3"));
    delta = new ServerSocket(gamma.getLocalPort(), 50, InetAddress.getByName("127.0.46.4"));
  }

  @AfterEach
  void close() throws Exception {
    loop.close();
    assertTrue(loop.awaitEnd(TIMEOUT_MILLIS));
    gamma.close();
    delta.close();
  }

  @Test
  void shouldFindTheRightOneOfTwoServersThatANameLeadsToInTurns() throws Exception {
    addresses.addAll(List.of(delta.getInetAddress(), gamma.getInetAddress()));
    long startNanos = System.nanoTime();
    open(
        host -> {
          List<InetAddress> now = List.copyOf(addresses);
          Collections.rotate(addresses, 1);
          return now;
        });

    assertEquals("led to delta", next());
    assertEquals("admitted", next());
    assertSoon(startNanos);

    for (int i = 0; i < 3; i++) {
      loop.execute(() -> link.disconnect("cut"));
      assertEquals("admitted", next(), "it led there last time");
    }
  }

  @Test
  void shouldFindTheRightOneBehindABlackHoleAndAnotherServer() throws Exception {
    InetAddress off = InetAddress.getByName("127.0.46.2");
    try (BlackHole hole = new BlackHole(off, gamma.getLocalPort())) {
      addresses.addAll(List.of(off, delta.getInetAddress(), gamma.getInetAddress()));
      long startNanos = System.nanoTime();
      open(host -> List.copyOf(addresses));

      assertEquals("led to delta", next());
      assertEquals("admitted", next());
      assertSoon(startNanos);
    }
  }

  @Test
  void shouldGoWhereTheNameLedLastWhileTheNameServiceIsSilent() throws Exception {
    StubResolver names = new StubResolver();
    names.says("gamma", AddressLiteral.text(gamma.getInetAddress()));
    open(names);
    assertEquals("admitted", next());
    names.isSilentAbout("gamma");
    for (int i = 0; i < 3; i++) {
      long startNanos = System.nanoTime();
      loop.execute(() -> link.disconnect("cut"));
      assertEquals("admitted", next());
      assertSoon(startNanos);
    }
  }

  private static void assertSoon(long startNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    assertTrue(millis < ADMITTED_MILLIS, "admitted after " + millis + " ms");
  }

  private void open(NameResolver resolver) {
    TcpNetwork network =
        new TcpNetwork(loop, RecordMarking.INSTANCE, null, 1024, new NameLookups(loop, resolver));
    link =
        new Link("gamma", gamma.getLocalPort(), network, loop, PEER_TIMEOUT_MILLIS, new Greeting());
    loop.execute(link::open);
  }

  /** Whoever is at gamma's address is gamma. */
  private final class Greeting implements Link.Listener {
    @Override
    public void connected() {
      if (link.remoteAddress().getAddress().equals(gamma.getInetAddress())) {
        link.admit();
        events.add("admitted");
      } else {
        events.add("led to delta");
        link.ledElsewhere("leads to delta");
      }
    }

    @Override
    public void disconnected(String reason) {
      // it tries again by itself
    }
  }

  private String next() throws InterruptedException {
    String event = events.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    return event == null ? "nothing within " + TIMEOUT_MILLIS + " ms" : event;
  }
}
