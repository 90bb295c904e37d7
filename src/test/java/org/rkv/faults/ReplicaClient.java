package org.rkv.faults;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Contents;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kvClient;

/**
 * One connection of a client to one replica, without a portmapper. One call at a time; a call that
 * fails with an exception leaves it open whether the call was executed. For one thread.
 */
final class ReplicaClient implements AutoCloseable {
  private final BlockingRpcClient client;
  private final kvClient stub;

  private ReplicaClient(BlockingRpcClient client) throws OncRpcException, IOException {
    this.client = client;
    stub = new kvClient(client);
  }

  /**
   * Connects.
   *
   * @param connectMillis how long that may take
   * @throws IOException if there is no connection; then nothing was sent
   */
  static ReplicaClient connect(InetSocketAddress replica, int connectMillis) throws IOException {
    BlockingRpcClient client =
        BlockingRpcClient.connect(
            replica, null, Deadline.afterMillis(connectMillis), KvProgram.PROGRAM);
    try {
      return new ReplicaClient(client);
    } catch (OncRpcException e) {
      client.close();
      throw new IOException(e);
    }
  }

  /** How long a call may take from now on. */
  ReplicaClient timeout(int millis) {
    client.setTimeout(millis);
    return this;
  }

  /** PUT: the code. */
  int put(String key, String value) throws OncRpcException, IOException {
    KeyValue pair = new KeyValue();
    pair.key = new Key(key);
    pair.value = new Value(value);
    return stub.PUT_1(pair);
  }

  /** GET: the code, and the value. */
  GetReply get(String key) throws OncRpcException, IOException {
    return stub.GET_1(key);
  }

  /** DEL: the code. */
  int delete(String key) throws OncRpcException, IOException {
    return stub.DEL_1(key);
  }

  /** DIGEST: what the replica holds, in short. */
  Contents digest() throws OncRpcException, IOException {
    return stub.DIGEST_1();
  }

  @Override
  public void close() {
    client.close();
  }
}
