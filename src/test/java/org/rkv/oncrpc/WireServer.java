package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.EventLoop;
import org.rkv.net.LogLines;
import org.rkv.net.RawClient;
import org.rkv.net.TcpListener;
import org.rkv.net.UdpListener;
import org.rkv.protocol.KvProgram;

/** A real server at a loopback port of its own, over TCP and UDP, with {@link KvDispatcher}. */
public final class WireServer implements AutoCloseable {
  private static final int MAX_RECORD_BYTES = 1024 * 1024;

  public final LogLines log = new LogLines();
  public final KvDispatcher procedures = new KvDispatcher();
  final EventLoop loop;
  private final RpcServer server;
  private final TcpListener listener;
  private final UdpListener datagrams;

  public WireServer() throws IOException {
    this(ConnectionLimits.forRecords(MAX_RECORD_BYTES));
  }

  public WireServer(ConnectionLimits limits) throws IOException {
    loop = new EventLoop("wire server", log);
    server = new RpcServer(KvProgram.PROGRAM, procedures, log);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    listener = new TcpListener(loop, log, any, limits, RecordMarking.INSTANCE, server);
    datagrams =
        new UdpListener(
            loop,
            log,
            listener,
            new DuplicateRequests(server, KvProgram.PROGRAM, loop, log),
            RpcMessage::systemErrorInsteadOf);
    loop.start();
    onLoop(this::begin);
  }

  /** Limits for records of 1 MiB. */
  public static ConnectionLimits limits(
      int maxConnections, long idleMillis, long stalledMillis, long maxBufferedBytes) {
    return new ConnectionLimits(
        maxConnections, MAX_RECORD_BYTES, idleMillis, stalledMillis, maxBufferedBytes);
  }

  private Void begin() {
    try {
      listener.begin();
      datagrams.begin();
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InetSocketAddress address() {
    return listener.address();
  }

  public RawClient connect() throws IOException {
    return new RawClient(address());
  }

  /** Runs this on the loop's thread, and waits for what it returns. */
  public <T> T onLoop(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, loop).join();
  }

  /** The same, without waiting. */
  public void onLoopLater(Runnable task) {
    loop.execute(task);
  }

  public int executed() {
    return onLoop(() -> procedures.executed);
  }

  public int deferred() {
    return onLoop(() -> procedures.deferred.size());
  }

  public void answerDeferred(String value) {
    onLoop(
        () -> {
          procedures.answerDeferred(value);
          return null;
        });
  }

  public void answerDeferredPut() {
    onLoop(
        () -> {
          procedures.answerDeferredPut();
          return null;
        });
  }

  public void answerAllDeferred(String value) {
    onLoop(
        () -> {
          while (!procedures.deferred.isEmpty()) {
            procedures.answerDeferred(value);
          }
          return null;
        });
  }

  public int connections() {
    return onLoop(server::connections);
  }

  public int callsUnderWay() {
    return onLoop(server::callsUnderWay);
  }

  /** From now on takes only calls of one procedure. */
  public void drainBut(int procedure) {
    onLoop(
        () -> {
          server.drain(called -> called == procedure);
          return null;
        });
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(30_000), "the loop ends");
  }
}
