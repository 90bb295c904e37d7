package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.net.Calls;
import org.rkv.net.EventLoop;
import org.rkv.net.Hex;
import org.rkv.net.LogLines;
import org.rkv.net.TcpNetwork;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.ReplicaList;
import org.rkv.testing.Eventually;

/** A link over a real connection. */
@Timeout(60)
class LinkOverTcpTest {
  private static final long TIMEOUT_MILLIS = 30_000;
  private static final int DEL = 3;
  private static final int REPLICAS = 7;

  private final LogLines log = new LogLines();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private EventLoop loop;
  private TcpNetwork network;

  @BeforeEach
  void startLoop() throws IOException {
    loop = new EventLoop("calling", log);
    network = new TcpNetwork(loop, RecordMarking.INSTANCE, null, 1024 * 1024);
    loop.start();
  }

  @AfterEach
  void closeLoop() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(TIMEOUT_MILLIS));
  }

  @Test
  void shouldCallAServerAndHearItsAnswer() throws Exception {
    try (WireServer server = new WireServer()) {
      Link link = linkTo(server.address(), TIMEOUT_MILLIS);
      assertEquals("connected", next());
      call(link, DEL, new XdrString("ab"), new XdrInt());
      assertEquals("0 answered", next());
      onLoop(() -> close(link));
      assertEquals("disconnected: done", next());
      Eventually.holds("the server sees it end", () -> server.connections() == 0);
    }
  }

  @Test
  void shouldReportARefusedConnectionAndTryAgain() throws Exception {
    InetSocketAddress free;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = (InetSocketAddress) once.getLocalSocketAddress();
    }
    linkTo(free, TIMEOUT_MILLIS);
    assertEquals("disconnected: Connection refused", next());
    assertEquals("disconnected: Connection refused", next());
  }

  @Test
  void shouldGiveUpACallThatIsNotAnsweredAndConnectAgain() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Link link = linkTo((InetSocketAddress) silent.getLocalSocketAddress(), 200);
      assertEquals("connected", next());
      call(link, 0, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
      assertEquals("disconnected: no answer within 200 ms", next());
      assertEquals("0 failed: no answer within 200 ms", next());
      assertEquals("connected", next());
    }
  }

  @Test
  void shouldFailCallsWhenTheServerEnds() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Link link = linkTo((InetSocketAddress) server.getLocalSocketAddress(), TIMEOUT_MILLIS);
      assertEquals("connected", next());
      try (Socket accepted = server.accept()) {
        call(link, 0, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
        readCall(accepted.getInputStream());
      }
      assertEquals("disconnected: closed by the other end", next());
      assertEquals("0 failed: closed by the other end", next());
    }
  }

  @Test
  void shouldAllocateLittleForAReplyThatDeclaresAnArrayOf2To30() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long threadId = onLoop(() -> Thread.currentThread().getId());
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Link link = linkTo((InetSocketAddress) server.getLocalSocketAddress(), TIMEOUT_MILLIS);
      assertEquals("connected", next());
      try (Socket accepted = server.accept()) {
        for (String count : List.of("00000002", "40000000", "7fffffff", "ffffffff")) {
          call(link, REPLICAS, XdrVoid.XDR_VOID, new ReplicaList());
          byte[] call = readCall(accepted.getInputStream());
          long before = threads.getThreadAllocatedBytes(threadId);
          String xid = String.format("%08x", XdrInput.getInt(call, 0));
          accepted
              .getOutputStream()
              .write(
                  Calls.record(
                      Hex.bytes(
                          xid
                              + "00000001 00000000 00000000 00000000 00000000"
                              + count
                              + "00000000 00000000")));
          assertEquals("0 failed: Can't decode result", next());
          onLoop(() -> null);
          long allocated = threads.getThreadAllocatedBytes(threadId) - before;
          assertTrue(allocated < 1024 * 1024, allocated + " bytes allocated");
        }
      }
    }
  }

  @Test
  void shouldDropAServerThatDeclaresTooLongAReply() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      linkTo((InetSocketAddress) server.getLocalSocketAddress(), TIMEOUT_MILLIS);
      assertEquals("connected", next());
      try (Socket accepted = server.accept()) {
        accepted.getOutputStream().write(Hex.bytes("ffffffff"));
        assertEquals("disconnected: a record of more than 1048576 bytes", next());
      }
    }
  }

  private static byte[] readCall(InputStream in) throws IOException {
    return in.readNBytes(XdrInput.getInt(in.readNBytes(4), 0) & ~RecordMarking.LAST_FRAGMENT);
  }

  private Link linkTo(InetSocketAddress server, long timeoutMillis) {
    Link link =
        new Link(
            server.getAddress().getHostAddress(),
            server.getPort(),
            network,
            loop,
            timeoutMillis,
            new Link.Listener() {
              @Override
              public void connected() {
                events.add("connected");
              }

              @Override
              public void disconnected(String reason) {
                events.add("disconnected: " + reason);
              }
            });
    loop.execute(link::open);
    return link;
  }

  private static Void close(Link link) {
    link.close("done");
    return null;
  }

  private void call(Link link, int procedure, XdrAble arguments, XdrAble results) {
    ReplyCollector answers =
        new ReplyCollector() {
          @Override
          public void answered(int index, XdrAble result) {
            events.add(index + " answered");
          }

          @Override
          public void failed(int index, String reason) {
            events.add(index + " failed: " + reason);
          }
        };
    onLoop(
        () -> {
          try {
            link.admit();
            new GroupClient(KvProgram.PROGRAM, new Xids(), false)
                .to(List.of(link), answers)
                .call(procedure, 1, arguments, results);
            return null;
          } catch (IOException | OncRpcException e) {
            throw new AssertionError(e);
          }
        });
  }

  private String next() throws InterruptedException {
    String event = events.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    return event == null ? "nothing within " + TIMEOUT_MILLIS + " ms" : event;
  }

  private <T> T onLoop(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, loop).join();
  }
}
