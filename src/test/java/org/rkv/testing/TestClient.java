package org.rkv.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.acplt.oncrpc.OncRpcClient;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.oncrpc.blocking.UdpTestClient;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * A client of one replica, on a connection or over UDP, that may call every procedure. A call that
 * fails with an exception leaves it open whether it was executed. For one thread.
 */
public final class TestClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;

  private final OncRpcClient transport;
  private final kvClient stub;

  private TestClient(OncRpcClient transport) throws OncRpcException, IOException {
    this.transport = transport;
    stub = new kvClient(transport);
  }

  /** A client that is connected with this replica. */
  public static TestClient of(InetSocketAddress replica) throws IOException {
    return from(null, replica);
  }

  /** A client that calls from this address of this machine. */
  public static TestClient from(InetAddress local, InetSocketAddress replica) throws IOException {
    return connect(local, replica, CONNECT_MILLIS);
  }

  /**
   * A client that is connected within this time.
   *
   * @throws IOException if there is no connection; then nothing was sent
   */
  public static TestClient connect(InetSocketAddress replica, int connectMillis)
      throws IOException {
    return connect(null, replica, connectMillis);
  }

  private static TestClient connect(InetAddress local, InetSocketAddress replica, int connectMillis)
      throws IOException {
    Deadline deadline = Deadline.afterMillis(connectMillis);
    return on(BlockingRpcClient.connect(replica, local, deadline, KvProgram.PROGRAM));
  }

  /** A client over UDP, that calls from this address of this machine. */
  public static TestClient overUdpFrom(InetAddress local, InetSocketAddress replica)
      throws IOException, OncRpcException {
    return on(new UdpTestClient(replica, local, kv.KVPROGRAM, kv.KVVERSION));
  }

  private static TestClient on(OncRpcClient transport) throws IOException {
    try {
      return new TestClient(transport);
    } catch (OncRpcException e) {
      throw new IOException(e);
    }
  }

  /** How long a call may take from now on. */
  public TestClient timeoutMillis(int millis) {
    transport.setTimeout(millis);
    return this;
  }

  /** The generated stub, with every procedure. */
  public kvClient stub() {
    return stub;
  }

  /** PUT, and what it answers. */
  public int put(String key, String value) throws OncRpcException, IOException {
    KeyValue pair = new KeyValue();
    pair.key = new Key(key);
    pair.value = new Value(value);
    return stub.PUT_1(pair);
  }

  /** GET: the value with a {@code =} before it, or the code that it answers instead. */
  public String get(String key) throws OncRpcException, IOException {
    GetReply reply = stub.GET_1(key);
    if (reply.code == kv.GET_OK) {
      return "=" + reply.value.value;
    }
    return reply.value.value.isEmpty() ? "" + reply.code : reply.code + reply.value.value;
  }

  /** DEL, and what it answers. */
  public int del(String key) throws OncRpcException, IOException {
    return stub.DEL_1(key);
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (OncRpcException e) {
      throw new IllegalStateException("a client that does not close", e);
    }
  }
}
