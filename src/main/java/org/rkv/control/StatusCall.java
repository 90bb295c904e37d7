package org.rkv.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.Version;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * What one replica is asked: how it is.
 *
 * @param address host and port; resolved only when it is asked, since that may take long
 * @param deadline for connection and answer, but not for the name
 */
record StatusCall(String address, Deadline deadline) implements Callable<Answer> {
  /** What is asked over a connection. */
  private interface Question {
    Answer ask(BlockingRpcClient client) throws IOException, OncRpcException;
  }

  @Override
  public Answer call() {
    Answer answer = ask(KvProgram.PROGRAM, StatusCall::askInFull);
    return answer == null ? ask(StatusFront.PROGRAM, StatusCall::askForTheFront) : answer;
  }

  /** Null if it answers something else, as a replica of another release does. */
  private static Answer askInFull(BlockingRpcClient client) throws IOException, OncRpcException {
    try {
      Status status = new kvClient(client).STATUS_1();
      return Version.worksWith(status.release) ? Answer.of(status) : Answer.ofFront(status);
    } catch (OncRpcException e) {
      if (e.getReason() == OncRpcException.RPC_CANTDECODERES) {
        return null;
      }
      throw e;
    }
  }

  private static Answer askForTheFront(BlockingRpcClient client) throws OncRpcException {
    StatusFront front = new StatusFront();
    client.call(kv.STATUS_1, XdrVoid.XDR_VOID, front);
    return Answer.ofFront(front.status());
  }

  private Answer ask(Program program, Question question) {
    BlockingRpcClient client;
    try {
      client = BlockingRpcClient.connect(resolved(address), null, deadline, program);
    } catch (ConnectException e) {
      return Answer.none(isRefused(e) ? "refused" : "unreachable");
    } catch (IOException | IllegalArgumentException e) {
      return Answer.none("unreachable");
    }
    try {
      client.setTimeout(deadline.millisLeft());
      return question.ask(client);
    } catch (IOException | OncRpcException e) {
      return Answer.none(
          RpcMessage.TOO_WEAK.equals(e.getMessage()) ? Answer.NOT_PERMITTED : "silent");
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
