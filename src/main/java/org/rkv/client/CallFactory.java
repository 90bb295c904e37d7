package org.rkv.client;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.rpc.kv;

/** Encodes the calls of one client. Thread-safe. */
final class CallFactory {
  private static final int CALL_BYTES = 256;

  private final AtomicInteger nextXid = new AtomicInteger(ThreadLocalRandom.current().nextInt());
  private final InFlightLimit window;
  private final long timeoutNanos;
  private final boolean retryWrites;

  /**
   * Makes calls that have this long to be answered.
   *
   * @param window in which each gives its place back when it ends
   * @param retryWrites whether writes may be sent again, as reads may
   */
  CallFactory(InFlightLimit window, long timeoutNanos, boolean retryWrites) {
    this.window = window;
    this.timeoutNanos = timeoutNanos;
    this.retryWrites = retryWrites;
  }

  /** A call that has a place in the window. */
  <R> ClientCall<R> call(KvProcedure<R> procedure, XdrAble arguments) {
    return call(procedure, arguments, retryWrites || !procedure.isWrite());
  }

  /** A question whether a replica serves, which is sent to that one only. */
  ClientCall<Boolean> question() {
    window.enterAnyway();
    return call(KvProcedure.STATUS, XdrVoid.XDR_VOID, false);
  }

  private <R> ClientCall<R> call(
      KvProcedure<R> procedure, XdrAble arguments, boolean isRepeatable) {
    int xid = nextXid.getAndIncrement();
    XdrOutput message = new XdrOutput(CALL_BYTES);
    try {
      RpcMessage.encodeCall(
          message, xid, kv.KVPROGRAM, kv.KVVERSION, procedure.number(), arguments);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException(e); // Bytes and numbers can always be encoded.
    }
    return new ClientCall<>(procedure, xid, message, timeoutNanos, window, isRepeatable);
  }
}
