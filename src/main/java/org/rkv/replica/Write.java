package org.rkv.replica;

import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.wire.Answers;
import org.rkv.wire.ServerCall;

/**
 * A client's PUT or DEL on its way through the peers. It is done on the serving replica already; it
 * succeeds, with the local code, when every peer has answered that it has it too. The first peer
 * that cannot be reached or does not agree decides that it is announced as failed, at once. Nothing
 * is taken back, and the other peers get the write all the same.
 */
final class Write implements Answers {
  private final String operation;
  private final ServerCall call;
  private final int localCode;
  private final Peers peers;
  private final OperationLog operationLog;
  private List<Peer> asked;
  private int awaited;

  /**
   * Makes an operation that has not begun.
   *
   * @param operation "PUT" or "DEL"
   * @param call to answer, deferred by the caller
   * @param localCode what the local operation came to
   */
  Write(String operation, ServerCall call, int localCode, Peers peers, OperationLog operationLog) {
    this.operation = operation;
    this.call = call;
    this.localCode = localCode;
    this.peers = peers;
    this.operationLog = operationLog;
  }

  /** Sends the entry to all peers at once. */
  void replicate(Entry entry) {
    asked = peers.all();
    awaited = asked.size();
    peers.replicate(asked, entry, this);
  }

  @Override
  public void answered(int index, XdrAble result) {
    int code = ((XdrInt) result).intValue();
    operationLog.replicationResponse(operation, code);
    if (!agrees(code)) {
      call.answer(new XdrInt(kv.PUT_FAILED));
    } else if (--awaited == 0) {
      call.answer(new XdrInt(localCode));
    }
  }

  @Override
  public void failed(int index, String reason) {
    operationLog.replicaFailed(asked.get(index).name());
    call.answer(new XdrInt(kv.PUT_FAILED));
  }

  /** RPUT answers 0; RDEL may answer as well that there was nothing to delete. */
  static boolean agrees(int code) {
    return code == kv.PUT_OK || code == kv.DEL_KEY_NOT_FOUND;
  }
}
