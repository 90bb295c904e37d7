package org.rkv.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kvClient;

/**
 * What one replica is asked: how it is.
 *
 * @param address host and port; resolved only when it is asked, since that may take long
 * @param deadline for connection and answer, but not for the name
 */
record StatusCall(String address, Deadline deadline) implements Callable<Answer> {
  @Override
  public Answer call() {
    BlockingRpcClient client;
    try {
      client = BlockingRpcClient.connect(resolved(address), null, deadline, KvProgram.PROGRAM);
    } catch (ConnectException e) {
      return Answer.none(isRefused(e) ? "refused" : "unreachable");
    } catch (IOException | IllegalArgumentException e) {
      return Answer.none("unreachable");
    }
    try {
      client.setTimeout(deadline.millisLeft());
      return Answer.of(new kvClient(client).STATUS_1());
    } catch (IOException | OncRpcException e) {
      return Answer.none("silent");
    } finally {
      client.close();
    }
  }

  private static InetSocketAddress resolved(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no port in " + address);
    }
    return new InetSocketAddress(
        InetAddress.getByName(address.substring(0, colon)),
        Integer.parseInt(address.substring(colon + 1)));
  }

  /** Of the errors that Java reports as this exception. */
  private static boolean isRefused(ConnectException e) {
    return e.getMessage() != null && e.getMessage().startsWith("Connection refused");
  }
}
