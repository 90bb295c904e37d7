package org.rkv.replica;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.wire.ServerCall;

/**
 * A client's PUT or DEL on its way through the peers. It is done on the serving replica already; it
 * succeeds, with the local code, when every peer has answered that it has it too. The first peer
 * that cannot be reached or does not agree decides that it is announced as failed, at once. Nothing
 * is taken back: the other peers get the write all the same, and {@link Settling} completes it
 * later.
 */
final class Write extends Operation {
  private final String operation;
  private final ServerCall call;
  private final int localCode;
  private final Entry entry;
  private final Settling settling;
  private final OperationLog operationLog;

  /**
   * Makes an operation that has sent nothing.
   *
   * @param operation "PUT" or "DEL"
   * @param call to answer, deferred by the caller
   * @param localCode what the local operation came to
   * @param entry what it left in the store
   */
  Write(
      String operation,
      ServerCall call,
      int localCode,
      Entry entry,
      Peers peers,
      Settling settling,
      OperationLog operationLog) {
    super(peers);
    this.operation = operation;
    this.call = call;
    this.localCode = localCode;
    this.entry = entry;
    this.settling = settling;
    this.operationLog = operationLog;
  }

  /** Sends the entry to all peers at once. */
  void replicate() {
    Replication replication = new Replication();
    peers().replicate(members(), entry, settling.announcedWatermark(), replication);
    replication.begun();
  }

  @Override
  void failed(Peer peer, String reason) {
    operationLog.replicaFailed(peer.name());
    call.answer(new XdrInt(kv.PUT_FAILED));
  }

  /** RPUT answers 0; RDEL may answer as well that there was nothing to delete. */
  static boolean agrees(int code) {
    return code == kv.PUT_OK || code == kv.DEL_KEY_NOT_FOUND;
  }

  private final class Replication extends Round {
    Replication() {
      super(members());
    }

    @Override
    boolean agrees(int index, XdrAble result) {
      int code = ((XdrInt) result).intValue();
      operationLog.replicationResponse(operation, code);
      return Write.agrees(code);
    }

    @Override
    void complete() {
      if (end()) {
        settling.settled(entry);
        call.answer(new XdrInt(localCode));
      }
    }
  }
}
