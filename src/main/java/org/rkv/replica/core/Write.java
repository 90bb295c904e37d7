package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.oncrpc.ServerCall;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;

/**
 * A client's PUT or DEL on its way through the peers. It is done on the serving replica already; it
 * succeeds, with the local code, when every peer has answered that it has it too. The first peer
 * that cannot be reached or does not agree decides that it is announced as failed, at once. Nothing
 * is taken back: the other peers get the write all the same, and {@link Settling} completes it
 * later.
 *
 * <p>A GET that finds its entry meanwhile need not ask the peers once more: what they answer to the
 * write answers it as well. If the write fails, so does the GET: the same peer cannot be asked.
 */
final class Write extends Operation {
  private final Request request;
  private final ServerCall call;
  private final int localCode;
  private final Entry entry;
  private final Settling settling;
  private final OperationLog operationLog;
  private final Failures failures;
  private final Map<String, Write> underWay;
  private List<Reader> readers = List.of();

  /** Waits for what becomes of a write. */
  interface Reader {
    /**
     * It has ended.
     *
     * @param why its entry is nobody knows where; null if it is on every replica
     */
    void ended(Failure why);
  }

  /**
   * Begins; nothing is sent before {@link #replicate}.
   *
   * @param request PUT or DEL
   * @param failures hear why it fails
   * @param call to answer, deferred by the caller
   * @param localCode what the local operation came to
   * @param entry what it left in the store
   * @param underWay the latest write of each key; this one is there until it ends
   */
  Write(
      Request request,
      ServerCall call,
      int localCode,
      Entry entry,
      Map<String, Write> underWay,
      Operations operations,
      PeerCalls calls,
      Settling settling,
      OperationLog operationLog,
      Failures failures) {
    super(operations, calls);
    this.underWay = underWay;
    this.request = request;
    this.call = call;
    this.localCode = localCode;
    this.entry = entry;
    this.settling = settling;
    this.operationLog = operationLog;
    this.failures = failures;
  }

  /** Sends the entry to all peers at once. */
  void replicate() {
    underWay.put(entry.key(), this);
    Replication replication = new Replication();
    calls().replicate(members(), entry, settling.announcedWatermark(), epochs(), replication);
    replication.begun();
  }

  /** What it brings to the peers. */
  Entry entry() {
    return entry;
  }

  /** Tells this one as well when it ends. */
  void tell(Reader reader) {
    if (readers.isEmpty()) {
      readers = new ArrayList<>();
    }
    readers.add(reader);
  }

  @Override
  void failed(Failure why) {
    underWay.remove(entry.key(), this);
    operationLog.replicaFailed(whoIsNamed(why));
    failures.failed(request, entry.key(), why);
    call.answer(new XdrInt(kv.PUT_FAILED));
    readers.forEach(reader -> reader.ended(why));
  }

  private void acknowledge() {
    if (succeed()) {
      underWay.remove(entry.key(), this);
      settling.settled(entry);
      call.answer(new XdrInt(localCode));
      readers.forEach(reader -> reader.ended(null));
    }
  }

  private final class Replication extends Round {
    Replication() {
      super(members());
    }

    @Override
    boolean agrees(int index, XdrAble result) {
      int code = ((XdrInt) result).intValue();
      operationLog.replicationResponse(request.name(), code);
      return Codes.isApplied(code);
    }

    @Override
    void complete() {
      whenSafe(entry.key(), Write.this::acknowledge);
    }
  }
}
