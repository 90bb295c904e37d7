package org.rkv.protocol;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.rpc.kvClient;

/** The generated stub, for all procedures of a replica, over a connection of ours. */
public final class KvStub {
  private KvStub() {}

  /**
   * Connects.
   *
   * @param timeoutMillis for the connection
   * @param callTimeoutMillis for each call
   * @throws IOException if nobody can be reached there
   */
  public static kvClient open(InetSocketAddress replica, int timeoutMillis, int callTimeoutMillis)
      throws IOException {
    BlockingRpcClient client =
        BlockingRpcClient.connect(
            replica, null, Deadline.afterMillis(timeoutMillis), KvProgram.PROGRAM);
    client.setTimeout(callTimeoutMillis);
    try {
      return new kvClient(client);
    } catch (OncRpcException e) {
      client.close();
      throw new IOException(e);
    }
  }
}
