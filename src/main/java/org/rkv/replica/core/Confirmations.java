package org.rkv.replica.core;

import java.util.Map;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Store;

/**
 * Finds out what may be told to a client of a key whose copy is not known to be on every replica.
 * If this replica is just writing that copy, the outcome of the write tells; else a {@link Read}.
 * Belongs to the replica's thread.
 */
final class Confirmations {
  private final Map<String, Write> writes;
  private final Store store;
  private final Applier applier;
  private final Operations operations;
  private final PeerCalls calls;
  private final Settling settling;
  private final OperationLog operationLog;

  /**
   * Asks nobody yet.
   *
   * @param writes the latest write of each key that is under way
   */
  Confirmations(
      Map<String, Write> writes,
      Store store,
      Applier applier,
      Operations operations,
      PeerCalls calls,
      Settling settling,
      OperationLog operationLog) {
    this.writes = writes;
    this.store = store;
    this.applier = applier;
    this.operations = operations;
    this.calls = calls;
    this.settling = settling;
    this.operationLog = operationLog;
  }

  /**
   * Begins to find it out.
   *
   * @param held what the store holds for the key
   * @param listener hears once what GET answers
   */
  void confirm(String key, Entry held, Read.Listener listener) {
    Write write = writes.get(key);
    if (write == null || !write.entry().stamp().equals(held.stamp())) {
      new Read(listener, key, store, applier, operations, calls, settling, operationLog).begin();
      return;
    }
    write.tell(
        why ->
            listener.confirmed(
                why == null
                    ? Messages.getReply(write.entry().value(), store)
                    : Messages.getReply(kv.GET_FAILED, ""),
                why));
  }
}
