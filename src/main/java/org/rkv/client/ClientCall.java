package org.rkv.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.OutstandingCalls;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;

/**
 * One call on its way to an answer, perhaps by way of several connections. Belongs to the client's
 * thread, but for the future, which is safe for all.
 */
final class ClientCall<R> {
  private static final int MAX_TIMES_SENT = 2;
  private static final String SYSTEM_ERR = "Remote system error";

  private final KvProcedure<R> procedure;
  private final int xid;
  private final XdrOutput message;
  private final long submittedNanos;
  private final long dueNanos;
  private final InFlightLimit window;
  private final CompletableFuture<R> future = new CompletableFuture<>();

  /** Where it was sent last, or was to be, as it was named; or null. */
  private String replica;

  private int timesSent;

  /** On how many connections it was that have gone, whatever was written of it. */
  private int timesLost;

  /**
   * Makes a call that has a place in the window, and gives it back when it has an answer.
   *
   * @param message the encoded call, which nobody changes any more
   */
  ClientCall(
      KvProcedure<R> procedure,
      int xid,
      XdrOutput message,
      long timeoutNanos,
      InFlightLimit window) {
    this.procedure = procedure;
    this.xid = xid;
    this.message = message;
    this.window = window;
    submittedNanos = System.nanoTime();
    dueNanos = submittedNanos + timeoutNanos;
  }

  int xid() {
    return xid;
  }

  XdrOutput message() {
    return message;
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

  /** It is on its way to this replica. */
  void sentTo(Endpoint endpoint) {
    replica = endpoint.toString();
  }

  /** Where it was sent last, or was to be, as it was named; or null. */
  String replica() {
    return replica;
  }

  /** How often a whole record of it was handed to the system. */
  int timesSent() {
    return timesSent;
  }

  /**
   * A connection that it was on has gone.
   *
   * @param isSent whether all of it had been written
   */
  void countLost(boolean isSent) {
    timesLost++;
    timesSent += isSent ? 1 : 0;
  }

  /**
   * Whether it may go to the next replica, now that a connection that it was on has gone. If it was
   * surely not sent it may, as often as there are replicas: it may be too large for all of them. A
   * read that was sent may once: it may be what breaks them. A write never.
   *
   * @param mayRepeat asked only if all else allows to send it again
   */
  boolean mayGoOn(int replicas, BooleanSupplier mayRepeat) {
    return timesSent == 0
        ? timesLost < Math.max(MAX_TIMES_SENT, replicas)
        : !isWrite() && timesSent < MAX_TIMES_SENT && mayRepeat.getAsBoolean();
  }

  Shape results() {
    return procedure.results();
  }

  /** A replica has executed it; a whole value of the shape of its results follows. */
  void answered(XdrInput results) {
    R result;
    try {
      result = procedure.decode(results, replica);
    } catch (RkvException e) {
      fail(e);
      return;
    } catch (OncRpcException | IOException e) {
      failUnanswered(OutstandingCalls.NOT_DECODED, e);
      return;
    }
    window.leave();
    future.complete(result);
  }

  /** A replica has refused it, or executed it and sent no result. */
  void refused(String reason) {
    if (reason.equals(SYSTEM_ERR) || reason.equals(OutstandingCalls.NOT_DECODED)) {
      failUnanswered(reason, null);
    } else {
      fail(new CallFailedException(reason, replica, null));
    }
  }

  /** A connection that it was on has gone, and it goes to no other replica. */
  void failLost(String reason, Exception cause) {
    if (timesSent == 0) {
      fail(new CallFailedException(reason, replica, cause));
    } else {
      failUnanswered(reason, cause);
    }
  }

  /** It was sent, and there is no answer that could be understood. */
  void failUnanswered(String reason, Exception cause) {
    fail(
        isWrite()
            ? new OutcomeUnknownException(reason, replica, cause)
            : new CallFailedException(reason, replica, cause));
  }

  void fail(RkvException failure) {
    window.leave();
    future.completeExceptionally(failure);
  }
}
