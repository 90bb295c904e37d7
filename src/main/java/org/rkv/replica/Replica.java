package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.acplt.oncrpc.server.OncRpcServerTransport;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Del;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Put;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvServerStub;
import org.rkv.store.Change;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.Limits;
import org.rkv.store.Outcome;
import org.rkv.store.Stamp;
import org.rkv.store.Store;
import org.rkv.wire.ServerCall;
import org.slf4j.Logger;

/**
 * The procedures of kv.x. What a client calls works as in the C system: PUT_1 is a local put and
 * then RPUT_1 on every peer; RPUT_1 at the peer is a local put alone. The procedures of replicas
 * (R...) never call out, so replicas cannot wait for one another in a circle.
 *
 * <p>All state belongs to the thread that dispatches; nothing here blocks. A procedure that must
 * wait for peers defers its call, and its {@link Write} or {@link Read} answers it.
 */
public final class Replica extends kvServerStub {
  private final Store store;
  private final HybridClock clock;
  private final Peers peers;
  private final OperationLog operationLog;
  private final Logger log;
  private ServerCall call;

  /**
   * Makes a replica that can be dispatched to.
   *
   * @param clock the one that the store takes its stamps from
   */
  public Replica(Store store, HybridClock clock, Peers peers, OperationLog operationLog, Logger log)
      throws OncRpcException, IOException {
    // The generated constructor opens Remote Tea's server socket. It goes away at once: calls come
    // through org.rkv.wire.
    super(InetAddress.getLoopbackAddress(), 0);
    close(transports);
    transports = new OncRpcServerTransport[0];
    this.store = store;
    this.clock = clock;
    this.peers = peers;
    this.operationLog = operationLog;
    this.log = log;
  }

  @Override
  public void dispatchOncRpcCall(
      OncRpcCallInformation information, int program, int version, int procedure)
      throws OncRpcException, IOException {
    call = (ServerCall) information;
    super.dispatchOncRpcCall(information, program, version, procedure);
  }

  @Override
  public int PUT_1(KeyValue pair) {
    Change change = store.put(pair.key.value, pair.value.value);
    operationLog.put(pair.key.value, pair.value.value, change);
    int code = Codes.ofPut(change.outcome());
    if (change.accepted() && !peers.isEmpty()) {
      call.defer();
      new Write("PUT", call, code, peers, operationLog).replicate(change.entry());
    }
    return code;
  }

  @Override
  public GetReply GET_1(String key) {
    Change found = store.get(key);
    operationLog.get(key, found);
    if (found.outcome() != Outcome.KEY_TOO_LARGE && !peers.isEmpty()) {
      call.defer();
      new Read(call, key, this, peers, operationLog).begin();
    }
    return getReply(found);
  }

  @Override
  public int DEL_1(String key) {
    Change change = store.delete(key);
    operationLog.delete(key, change);
    int code = Codes.ofDel(change.outcome());
    if (change.outcome() != Outcome.KEY_TOO_LARGE && change.entry() != null && !peers.isEmpty()) {
      // Also when the key is not found because a delete of it is not on every peer yet: "not found"
      // must be true everywhere before it is said.
      call.defer();
      new Write("DEL", call, code, peers, operationLog).replicate(change.entry());
    }
    return code;
  }

  @Override
  public int RPUT_1(Put put) {
    Limits limits = store.limits();
    String key = put.kv.key.value;
    String value = put.kv.value.value;
    if (limits.tooLarge(key)) {
      return kv.PUT_KEY_IS_TOO_LARGE;
    }
    if (limits.tooLarge(value)) {
      return kv.PUT_VALUE_IS_TOO_LARGE;
    }
    return adopt(key, value, Messages.stamp(put.stamp)) == null ? kv.PUT_FAILED : kv.PUT_OK;
  }

  @Override
  public Copy RGET_1(String key) {
    return Messages.copy(store.find(key));
  }

  @Override
  public int RDEL_1(Del del) {
    if (store.limits().tooLarge(del.key.value)) {
      return kv.DEL_KEY_IS_TOO_LARGE;
    }
    Entry before = store.find(del.key.value);
    if (adopt(del.key.value, null, Messages.stamp(del.stamp)) == null) {
      return kv.DEL_FAILED;
    }
    return before == null || before.isTombstone() ? kv.DEL_KEY_NOT_FOUND : kv.DEL_OK;
  }

  @Override
  public ReplicaList REPLICAS_1() {
    return peers.list();
  }

  /**
   * Takes over what another replica accepted, unless the store holds something newer.
   *
   * @param value null for a tombstone
   * @return what the store now holds, or null if the stamp's clock is too far ahead to be true
   */
  Entry adopt(String key, String value, Stamp stamp) {
    if (!clock.observe(stamp.clock())) {
      log.warn("refused a stamp whose clock is over an hour ahead of ours: {}", stamp);
      return null;
    }
    Entry before = store.find(key);
    Entry after = store.apply(key, value, stamp);
    operationLog.adopted(before, after);
    return after;
  }

  /** What GET answers for a key that is nowhere. */
  int absentCode() {
    return store.liveEntries() == 0 ? kv.GET_KVSTORE_IS_EMPTY : kv.GET_KEY_NOT_FOUND;
  }

  private static GetReply getReply(Change found) {
    boolean ok = found.outcome() == Outcome.OK;
    return Messages.getReply(Codes.ofGet(found.outcome()), ok ? found.entry().value() : "");
  }
}
