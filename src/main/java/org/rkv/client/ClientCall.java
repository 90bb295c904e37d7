package org.rkv.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.XdrInput;

/**
 * One call on its way to an answer, perhaps by way of several connections. Belongs to the client's
 * thread, but for the future, which is safe for all.
 */
final class ClientCall<R> {
  private static final String NOT_DECODED = "Can't decode result";
  private static final String SYSTEM_ERR = "Remote system error";

  private final Procedure<R> procedure;
  private final int xid;
  private final byte[] record;
  private final long submittedNanos;
  private final long dueNanos;
  private final InFlightLimit window;
  private final CompletableFuture<R> future = new CompletableFuture<>();

  private int timesSent;

  /**
   * Makes a call that has a place in the window, and gives it back when it has an answer.
   *
   * @param record the encoded call behind its record mark
   */
  ClientCall(
      Procedure<R> procedure, int xid, byte[] record, long timeoutNanos, InFlightLimit window) {
    this.procedure = procedure;
    this.xid = xid;
    this.record = record;
    this.window = window;
    submittedNanos = System.nanoTime();
    dueNanos = submittedNanos + timeoutNanos;
  }

  int xid() {
    return xid;
  }

  byte[] record() {
    return record;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  long dueNanos() {
    return dueNanos;
  }

  boolean isWrite() {
    return procedure.isWrite();
  }

  CompletableFuture<R> future() {
    return future;
  }

  /** How often a whole record of it was handed to the system. */
  int timesSent() {
    return timesSent;
  }

  /** A connection is gone to which all of the call had been written. */
  void countSent() {
    timesSent++;
  }

  /** Takes the reply with this call's xid; false if it is no reply at all. */
  boolean answer(XdrInput in) {
    String refused = RpcMessage.decodeReplyHeader(in);
    if (refused == null) {
      decode(in);
    } else if (refused.equals(RpcMessage.NOT_A_REPLY)) {
      return false;
    } else if (isWrite() && refused.equals(SYSTEM_ERR)) {
      fail(new OutcomeUnknownException(refused, null));
    } else {
      fail(new CallFailedException(refused, null));
    }
    return true;
  }

  private void decode(XdrInput in) {
    R result;
    try {
      result = procedure.decode(in);
    } catch (RkvException e) {
      fail(e);
      return;
    } catch (OncRpcException | IOException e) {
      failUnanswered(NOT_DECODED, e);
      return;
    }
    window.leave();
    future.complete(result);
  }

  /** It was sent, and there is no answer that could be understood. */
  void failUnanswered(String reason, Exception cause) {
    fail(
        isWrite()
            ? new OutcomeUnknownException(reason, cause)
            : new CallFailedException(reason, cause));
  }

  void fail(RkvException failure) {
    window.leave();
    future.completeExceptionally(failure);
  }
}
