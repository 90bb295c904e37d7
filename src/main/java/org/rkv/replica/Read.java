package org.rkv.replica;

import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.rpc.Copy;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;
import org.rkv.wire.Answers;
import org.rkv.wire.ServerCall;

/**
 * A client's GET of a copy that may not be on every replica. It asks each peer for its copy, takes
 * over the newest, brings whoever is behind up to it, and only then answers: so no later GET,
 * through any replica, returns anything older (the read phase of ABD; Attiya, Bar-Noy, Dolev 1995).
 * If a peer cannot be asked or brought up to date, the answer is "failed": rather no answer than a
 * wrong one.
 */
final class Read {
  private final ServerCall call;
  private final String key;
  private final Replica replica;
  private final Peers peers;
  private final OperationLog operationLog;
  private List<Peer> asked;
  private Stamp[] stamps;
  private int awaited;
  private Stamp newestStamp;
  private String newestValue;

  /**
   * Makes an operation that has not begun.
   *
   * @param call to answer, deferred by the caller
   */
  Read(ServerCall call, String key, Replica replica, Peers peers, OperationLog operationLog) {
    this.call = call;
    this.key = key;
    this.replica = replica;
    this.peers = peers;
    this.operationLog = operationLog;
  }

  /** Asks all peers at once. */
  void begin() {
    asked = peers.all();
    awaited = asked.size();
    stamps = new Stamp[awaited];
    Copy local = replica.RGET_1(key);
    newestStamp = Messages.stamp(local.stamp);
    newestValue = valueOf(local);
    peers.rget(asked, key, new Copies());
  }

  private static String valueOf(Copy copy) {
    return copy.code == kv.GET_OK ? copy.value.value : null;
  }

  private void fail() {
    call.answer(Messages.getReply(kv.GET_FAILED, ""));
  }

  /** All copies are here: repair whoever is behind. */
  private void repair() {
    if (newestStamp.equals(Stamp.ZERO)) {
      answer(); // no replica has ever heard of the key
      return;
    }
    Entry held = replica.adopt(key, newestValue, newestStamp);
    if (held == null) {
      fail();
      return;
    }
    // Something newer may have come in meanwhile. It is not confirmed; what the peers hold is.
    Entry newest =
        held.stamp().equals(newestStamp) ? held : new Entry(key, newestValue, newestStamp);
    List<Peer> behind = new ArrayList<>();
    for (int i = 0; i < stamps.length; i++) {
      if (stamps[i].compareTo(newestStamp) < 0) {
        behind.add(asked.get(i));
      }
    }
    if (behind.isEmpty()) {
      answer();
      return;
    }
    awaited = behind.size();
    peers.replicate(behind, newest, new Repairs(behind));
  }

  private void answer() {
    call.answer(
        newestValue != null
            ? Messages.getReply(kv.GET_OK, newestValue)
            : Messages.getReply(replica.absentCode(), ""));
  }

  private final class Copies implements Answers {
    @Override
    public void answered(int index, XdrAble result) {
      Copy copy = (Copy) result;
      operationLog.replicationResponse("GET", copy.code);
      stamps[index] = Messages.stamp(copy.stamp);
      if (stamps[index].compareTo(newestStamp) > 0) {
        newestStamp = stamps[index];
        newestValue = valueOf(copy);
      }
      if (--awaited == 0) {
        repair();
      }
    }

    @Override
    public void failed(int index, String reason) {
      operationLog.replicaFailed(asked.get(index).name());
      fail();
    }
  }

  private final class Repairs implements Answers {
    private final List<Peer> behind;

    Repairs(List<Peer> behind) {
      this.behind = behind;
    }

    @Override
    public void answered(int index, XdrAble result) {
      if (!Write.agrees(((XdrInt) result).intValue())) {
        fail();
      } else if (--awaited == 0) {
        answer();
      }
    }

    @Override
    public void failed(int index, String reason) {
      operationLog.replicaFailed(behind.get(index).name());
      fail();
    }
  }
}
