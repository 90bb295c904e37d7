package org.rkv.replica;

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

/** A client of one replica, on a connection or over UDP, that may call every procedure. */
final class TestClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;

  private final OncRpcClient transport;
  private final kvClient stub;

  private TestClient(OncRpcClient transport) throws OncRpcException, IOException {
    this.transport = transport;
    stub = new kvClient(transport);
  }

  static TestClient of(InetSocketAddress replica) throws OncRpcException, IOException {
    return from(null, replica);
  }

  /** A client that calls from this address of this machine. */
  static TestClient from(InetAddress local, InetSocketAddress replica)
      throws OncRpcException, IOException {
    Deadline deadline = Deadline.afterMillis(CONNECT_MILLIS);
    return new TestClient(BlockingRpcClient.connect(replica, local, deadline, KvProgram.PROGRAM));
  }

  static TestClient overUdpFrom(InetAddress local, InetSocketAddress replica)
      throws OncRpcException, IOException {
    return new TestClient(new UdpTestClient(replica, local, kv.KVPROGRAM, kv.KVVERSION));
  }

  /** The generated stub. */
  kvClient stub() {
    return stub;
  }

  /** PUT, and what it answers. */
  int put(String key, String value) throws OncRpcException, IOException {
    KeyValue pair = new KeyValue();
    pair.key = new Key(key);
    pair.value = new Value(value);
    return stub.PUT_1(pair);
  }

  /** GET: the value with a {@code =} before it, or the code that it answers instead. */
  String get(String key) throws OncRpcException, IOException {
    GetReply reply = stub.GET_1(key);
    if (reply.code == kv.GET_OK) {
      return "=" + reply.value.value;
    }
    return reply.value.value.isEmpty() ? "" + reply.code : reply.code + reply.value.value;
  }

  /** DEL, and what it answers. */
  int del(String key) throws OncRpcException, IOException {
    return stub.DEL_1(key);
  }

  @Override
  public void close() throws OncRpcException {
    transport.close();
  }
}
