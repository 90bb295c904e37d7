package org.rkv.oncrpc.blocking;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;

/**
 * A call failed. The reason is one of {@link OncRpcException}'s numbers (they are libtirpc's
 * clnt_stat); the message is what libtirpc's clnt_sperror prints behind {@code "RPC: "}; the cause
 * is the {@link IOException}, where there was one.
 */
public final class CallException extends OncRpcException {
  private static final long serialVersionUID = 1L;

  private CallException(int reason, String message) {
    super(reason, message);
  }

  static CallException sending(IOException cause) {
    return because(RPC_CANTSEND, "Unable to send; errno = " + SocketErrors.text(cause), cause);
  }

  static CallException receiving(IOException cause) {
    return because(RPC_CANTRECV, "Unable to receive; errno = " + SocketErrors.text(cause), cause);
  }

  static CallException timedOut(IOException cause) {
    return because(RPC_TIMEDOUT, "Timed out", cause);
  }

  static CallException encoding(Exception cause) {
    return because(RPC_CANTENCODEARGS, "Can't encode arguments", cause);
  }

  static CallException decoding(Exception cause) {
    return because(RPC_CANTDECODERES, "Can't decode result", cause);
  }

  /** The server answered that it did not execute the call. */
  static CallException refused(String why) {
    return new CallException(RPC_FAILED, why);
  }

  private static CallException because(int reason, String message, Exception cause) {
    CallException exception = new CallException(reason, message);
    if (cause != null) {
      exception.initCause(cause);
    }
    return exception;
  }
}
