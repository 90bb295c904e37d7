package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.RecordMarking;

/** Connections that are made, or are not. */
@Timeout(60)
class TcpNetworkTest {
  private static final int MAX_RECORD_BYTES = 1024;
  private static final long TIMEOUT_MILLIS = 30_000;

  private final LogLines log = new LogLines();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final StubResolver names = new StubResolver();
  private EventLoop loop;
  private TcpNetwork network;
  private volatile boolean tellsAddresses;

  /** Says what it hears of. */
  private class Events implements ChannelListener {
    @Override
    public void resolved(List<InetAddress> addresses) {
      if (tellsAddresses) {
        events.add("resolved to " + addresses.stream().map(AddressLiteral::text).toList());
      }
    }

    @Override
    public void opened(Channel channel) {
      if (tellsAddresses) {
        events.add("opened to " + AddressLiteral.text(channel.remoteAddress().getAddress()));
        return;
      }
      events.add("opened to port " + channel.remoteAddress().getPort());
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      events.add("received");
    }

    @Override
    public void closed(Channel channel, String reason) {
      events.add((channel == null ? "never opened: " : "closed: ") + reason);
    }
  }

  @BeforeEach
  void startLoop() throws IOException {
    loop = new EventLoop("calling", log);
    network =
        new TcpNetwork(
            loop, RecordMarking.INSTANCE, null, MAX_RECORD_BYTES, new NameLookups(loop, names));
    loop.start();
  }

  @AfterEach
  void closeLoop() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(TIMEOUT_MILLIS));
  }

  @Test
  void shouldTellTheListenerWhenTheConnectionIsThereAndWhenItIsGone() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      connect(null, server.getLocalPort());
      assertEquals("asked for", next());
      assertEquals("opened to port " + server.getLocalPort(), next());
      server.accept().close();
      assertEquals("closed: closed by the other end", next());
    }
  }

  @Test
  void shouldTellTheListenerWhyThereIsNoConnection() throws Exception {
    int free;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = once.getLocalPort();
    }
    connect(null, free);
    assertEquals("asked for", next(), "it hears nothing during the call");
    assertEquals("never opened: Connection refused", next());
  }

  @Test
  void shouldComeFromTheAddressGiven() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      connect(InetAddress.getByName("127.0.43.1"), server.getLocalPort());
      try (Socket accepted = server.accept()) {
        assertEquals("127.0.43.1", accepted.getInetAddress().getHostAddress());
      }
    }
  }

  @Test
  void shouldTellTheAddressesOfANameBeforeItConnects() throws Exception {
    try (ServerSocket first = listenAt("127.0.45.1", 0)) {
      names.says("gamma", "127.0.45.1", "127.0.45.2");
      assertEquals("resolved to [127.0.45.1, 127.0.45.2]", connect(first));
      assertEquals("opened to 127.0.45.1", next());
    }
  }

  @Test
  void shouldTryTheNextAddressAtOnceWhenOneRefuses() throws Exception {
    try (ServerSocket second = listenAt("127.0.45.2", 0)) {
      names.says("gamma", "127.0.45.1", "127.0.45.2");
      connect(second);
      assertEquals("opened to 127.0.45.2", next());
    }
  }

  /** IPv6 first, filtered, was the whole time that a connection may take. */
  @Test
  void shouldTryTheNextAddressSoonWhenOneIsSilent() throws Exception {
    try (ServerSocket third = listenAt("127.0.45.3", 0);
        BlackHole first = new BlackHole(InetAddress.getByName("127.0.45.1"), third.getLocalPort());
        BlackHole second =
            new BlackHole(InetAddress.getByName("127.0.45.2"), third.getLocalPort())) {
      names.says("gamma", "127.0.45.1", "127.0.45.2", "127.0.45.3");
      long startNanos = System.nanoTime();
      connect(third);
      assertEquals("opened to 127.0.45.3", next());
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
      assertTrue(millis >= 500, "each had its 250 ms: " + millis);
      assertTrue(millis < 3000, "connected within 3 s: " + millis);
    }
  }

  @Test
  void shouldSayThatNoAddressIsReached() throws Exception {
    names.says("gamma", "127.0.45.1", "127.0.45.2");
    int free;
    try (ServerSocket once = listenAt("127.0.45.1", 0)) {
      free = once.getLocalPort();
    }
    connectByName(free);
    next();
    assertEquals("never opened: Connection refused", next());
  }

  @Test
  void shouldBeginWithTheAddressThatWasRightAndEndWithThoseThatLedElsewhere() throws Exception {
    try (ServerSocket one = listenAt("127.0.45.1", 0);
        ServerSocket two = listenAt("127.0.45.2", one.getLocalPort());
        ServerSocket three = listenAt("127.0.45.3", one.getLocalPort())) {
      assertEquals(one.getLocalPort(), two.getLocalPort());
      names.says("gamma", "127.0.45.1", "127.0.45.2", "127.0.45.3");
      connect(three);
      assertEquals("opened to 127.0.45.1", next());
      loop.execute(() -> network.ledElsewhere("gamma", one.getLocalPort(), one.getInetAddress()));
      connect(three);
      assertEquals("opened to 127.0.45.2", next());
      loop.execute(() -> network.ledElsewhere("gamma", one.getLocalPort(), two.getInetAddress()));
      connect(three);
      assertEquals("opened to 127.0.45.3", next());
      loop.execute(() -> network.ledElsewhere("gamma", one.getLocalPort(), three.getInetAddress()));
      connect(three);
      assertEquals("opened to 127.0.45.1", next(), "that was found out longest ago");
      loop.execute(() -> network.ledRight("gamma", one.getLocalPort(), one.getInetAddress()));
      names.says("gamma", "127.0.45.3", "127.0.45.2", "127.0.45.1");
      connect(three);
      assertEquals("opened to 127.0.45.1", next());
    }
  }

  @Test
  void shouldTakeTheAddressThatWasRightWhenTheNameCannotBeResolved() throws Exception {
    try (ServerSocket server = listenAt("127.0.45.1", 0)) {
      assertEquals("never opened: unknown host", connect(server));
      names.says("gamma", "127.0.45.1");
      connect(server);
      assertEquals("opened to 127.0.45.1", next());
      rightIs(server);
      names.says("gamma");
      assertEquals("opened to 127.0.45.1", connect(server));
    }
  }

  /** A look-up takes 20 s until it fails where the servers of the name service are cut off. */
  @Test
  void shouldTakeTheAddressThatWasRightWhileTheNameServiceIsSilent() throws Exception {
    try (ServerSocket server = listenAt("127.0.45.1", 0)) {
      rightIs(server);
      names.isSilentAbout("gamma");
      assertEquals("opened to 127.0.45.1", connect(server));
      assertEquals("opened to 127.0.45.1", connect(server));
    }
  }

  @Test
  void shouldGoWhereASlowNameServiceLeadsWhenItIsRefusedWhereItLedBefore() throws Exception {
    try (ServerSocket moved = listenAt("127.0.45.2", 0)) {
      goesWhereASlowNameServiceLeads(moved);
    }
  }

  @Test
  void shouldGoWhereASlowNameServiceLeadsWhenNobodyAnswersWhereItLedBefore() throws Exception {
    try (ServerSocket moved = listenAt("127.0.45.2", 0);
        BlackHole before =
            new BlackHole(InetAddress.getByName("127.0.45.1"), moved.getLocalPort())) {
      goesWhereASlowNameServiceLeads(moved);
    }
  }

  /** The answer comes when the address before has been tried. */
  private void goesWhereASlowNameServiceLeads(ServerSocket moved) throws Exception {
    InetAddress before = InetAddress.getByName("127.0.45.1");
    loop.execute(() -> network.ledRight("gamma", moved.getLocalPort(), before));
    names.isSilentAbout("gamma").says("gamma", "127.0.45.2");
    connectByName(moved.getLocalPort());
    loop.execute(() -> loop.schedule(500, () -> names.answers("gamma")));
    assertEquals("resolved to [127.0.45.2]", next());
    assertEquals("opened to 127.0.45.2", next());
  }

  @Test
  void shouldNotWaitForASilentNameServiceLongerThanForAConnection() throws Exception {
    names.isSilentAbout("gamma");
    tellsAddresses = true;
    loop.execute(() -> network.connect("gamma", 1, 50, new Events()));
    assertEquals("never opened: no connection within 50 ms", next());
    loop.execute(() -> network.connect("gamma", 1, 50, new Events()));
    assertEquals("never opened: no connection within 50 ms", next());
    assertEquals(1, names.lookUpsOf("gamma"), "it is asked once at a time");
  }

  @Test
  void shouldTryTheNextAddressWhenAConnectionCannotBeUsed() throws Exception {
    AtomicInteger readers = new AtomicInteger();
    Framing brokenOnce =
        new Framing() {
          @Override
          public MessageReader reader(int maxMessageBytes) {
            if (readers.getAndIncrement() == 0) {
              throw new IllegalStateException("no reader");
            }
            return RecordMarking.INSTANCE.reader(maxMessageBytes);
          }

          @Override
          public int headerBytes() {
            return RecordMarking.INSTANCE.headerBytes();
          }

          @Override
          public void putHeader(byte[] buffer, int offset, int length) {
            RecordMarking.INSTANCE.putHeader(buffer, offset, length);
          }
        };
    network =
        new TcpNetwork(loop, brokenOnce, null, MAX_RECORD_BYTES, new NameLookups(loop, names));
    try (ServerSocket only = listenAt("127.0.45.1", 0)) {
      names.says("gamma", "127.0.45.1");
      assertEquals("resolved to [127.0.45.1]", connect(only));
      assertEquals("never opened: no reader", next());
    }
    readers.set(0);
    try (ServerSocket first = listenAt("127.0.45.1", 0);
        ServerSocket second = listenAt("127.0.45.2", first.getLocalPort())) {
      names.says("gamma", "127.0.45.1", "127.0.45.2");
      assertEquals("resolved to [127.0.45.1, 127.0.45.2]", connect(second));
      assertEquals("opened to 127.0.45.2", next());
    }
  }

  @Test
  void shouldTellTheListenerThatTheConnectionIsGoneWhenItThrows() throws Exception {
    ChannelListener throwing =
        new Events() {
          @Override
          public void opened(Channel channel) {
            super.opened(channel);
            throw new IllegalStateException("not now");
          }
        };
    try (ServerSocket server = listenAt("127.0.0.1", 0)) {
      int port = server.getLocalPort();
      loop.execute(() -> network.connect("127.0.0.1", port, TIMEOUT_MILLIS, throwing));
      assertEquals("opened to port " + port, next());
      assertEquals("closed: failed: java.lang.IllegalStateException: not now", next());
    }
  }

  /** A connection there turned out to be one to gamma. */
  private void rightIs(ServerSocket server) {
    loop.execute(() -> network.ledRight("gamma", server.getLocalPort(), server.getInetAddress()));
  }

  private static ServerSocket listenAt(String address, int port) throws IOException {
    return new ServerSocket(port, 5, InetAddress.getByName(address));
  }

  /** By name, to the port of this one; returns the first event. */
  private String connect(ServerSocket server) throws InterruptedException {
    connectByName(server.getLocalPort());
    return next();
  }

  private void connectByName(int port) {
    tellsAddresses = true;
    loop.execute(() -> network.connect("gamma", port, TIMEOUT_MILLIS, new Events()));
  }

  private void connect(InetAddress local, int port) {
    Network calling = new TcpNetwork(loop, RecordMarking.INSTANCE, local, MAX_RECORD_BYTES);
    loop.execute(
        () -> {
          calling.connect("127.0.0.1", port, TIMEOUT_MILLIS, new Events());
          events.add("asked for");
        });
  }

  private String next() throws InterruptedException {
    String event = events.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    return event == null ? "nothing within " + TIMEOUT_MILLIS + " ms" : event;
  }
}
