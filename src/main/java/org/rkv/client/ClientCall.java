package org.rkv.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.OutstandingCalls;
import org.rkv.oncrpc.RpcMessage;
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
  private final boolean isRepeatable;
  private final CompletableFuture<R> future = new CompletableFuture<>();

  /** Where it was sent last, or was to be, as it was named; or null. */
  private String replica;

  private long sentNanos;

  /** What it would have ended with, had it not been sent again; or null. */
  private RkvException earlier;

  private int timesSent;

  /** On how many connections it was that have gone, whatever was written of it. */
  private int timesLost;

  /**
   * Makes a call that has a place in the window, and gives it back when it has an answer.
   *
   * @param message the encoded call, which nobody changes any more
   * @param isRepeatable whether it may be sent once more when it was sent and has no result
   */
  ClientCall(
      KvProcedure<R> procedure,
      int xid,
      XdrOutput message,
      long timeoutNanos,
      InFlightLimit window,
      boolean isRepeatable) {
    this.procedure = procedure;
    this.xid = xid;
    this.message = message;
    this.window = window;
    this.isRepeatable = isRepeatable;
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
    sentNanos = System.nanoTime();
  }

  /** When it was sent last, or was queued to be. */
  long sentNanos() {
    return sentNanos;
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
   * surely not sent it may, as often as there are replicas: it may be too large for all of them. If
   * it was sent it may once, if at all: it may be what breaks them.
   *
   * @param mayRepeat asked only if all else allows to send it again
   */
  boolean mayGoOn(int replicas, BooleanSupplier mayRepeat) {
    return timesSent == 0
        ? timesLost < Math.max(MAX_TIMES_SENT, replicas)
        : isRepeatable && timesSent < MAX_TIMES_SENT && mayRepeat.getAsBoolean();
  }

  /** Whether it, which is under way, may be sent to one further replica. */
  boolean mayBeRepeated() {
    return isRepeatable && timesSent + 1 < MAX_TIMES_SENT;
  }

  /**
   * It was sent, and is to be sent again.
   *
   * @param failure what it would end with otherwise
   */
  void repeat(RkvException failure) {
    timesSent++;
    earlier = failure;
  }

  /** As {@link #repeat}, of one that {@link #countLost} has counted. */
  void goOn(String reason, Exception cause) {
    if (timesSent > 0) {
      earlier = lost(reason, cause);
    }
  }

  /** Whether a replica has answered "failed" and it was sent to another one. */
  boolean hasFailedElsewhere() {
    return earlier instanceof AnnouncedFailedException;
  }

  Shape results() {
    return procedure.results();
  }

  /**
   * A replica has executed it; a whole value of the shape of its results follows.
   *
   * @return what it is to end with, unless it may be sent to another replica; or null if it has
   *     ended
   */
  AnnouncedFailedException answered(XdrInput results) {
    R result;
    try {
      result = procedure.decode(results, replica);
    } catch (AnnouncedFailedException e) {
      return e;
    } catch (RkvException e) {
      fail(e);
      return null;
    } catch (OncRpcException | IOException e) {
      failUnanswered(OutstandingCalls.NOT_DECODED, e);
      return null;
    }
    window.leave();
    future.complete(result);
    return null;
  }

  /** A replica has refused it, or executed it and sent no result. */
  void refused(String reason) {
    if (reason.equals(SYSTEM_ERR) || reason.equals(OutstandingCalls.NOT_DECODED)) {
      failUnanswered(reason, null);
    } else if (reason.equals(RpcMessage.TOO_WEAK)) {
      fail(CallFailedException.notPermitted(reason, replica, isWrite()));
    } else {
      fail(new CallFailedException(reason, replica, null));
    }
  }

  /** A connection that it was on has gone, and it goes to no other replica. */
  void failLost(String reason, Exception cause) {
    fail(lost(reason, cause));
  }

  private RkvException lost(String reason, Exception cause) {
    return timesSent == 0
        ? new CallFailedException(reason, replica, cause)
        : unanswered(reason, cause);
  }

  /** It was sent, and there is no answer that could be understood. */
  void failUnanswered(String reason, Exception cause) {
    fail(unanswered(reason, cause));
  }

  /** What it ends with if it was sent and is not answered. */
  RkvException unanswered(String reason, Exception cause) {
    return isWrite()
        ? new OutcomeUnknownException(reason, replica, cause)
        : new CallFailedException(reason, replica, cause);
  }

  /** It was to be sent again, and is not. */
  void failAsBefore() {
    RkvException failure = earlier;
    earlier = null;
    fail(failure);
  }

  /** Of what came of the times that it was sent, it ends with what leaves more open. */
  void fail(RkvException failure) {
    window.leave();
    RkvException worst = failure;
    if (earlier != null) {
      worst = doubt(earlier) > doubt(failure) ? earlier : failure;
      worst.addSuppressed(worst == failure ? earlier : failure);
    }
    future.completeExceptionally(worst);
  }

  private static int doubt(RkvException failure) {
    if (failure instanceof OutcomeUnknownException) {
      return 2;
    }
    return failure instanceof AnnouncedFailedException ? 1 : 0;
  }
}
