package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.Copy;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * What a client's GET of a copy that is not known to be on every replica takes. It asks each peer
 * for its copy, takes over the newest, brings whoever is behind up to it, and only then answers: so
 * no later GET, through any replica, returns anything older (the read of ABD; Attiya, Bar-Noy,
 * Dolev 1995). If a peer cannot be asked or brought up to date, the answer is "failed": rather no
 * answer than a wrong one.
 */
final class Read extends Operation {
  /** Hears what GET answers. */
  interface Listener {
    /**
     * It is known; maybe at once.
     *
     * @param reply what it tells is on every replica
     * @param why it is that GET has failed; null if it has not
     */
    void confirmed(GetReply reply, Failure why);
  }

  private final Listener listener;
  private final String key;
  private final Store store;
  private final Applier applier;
  private final Settling settling;
  private final OperationLog operationLog;
  private final Stamp[] stamps;
  private Stamp newestStamp;
  private String newestValue;
  private Entry adopted;

  /**
   * Begins; nothing is sent before {@link #begin}.
   *
   * @param listener hears once what GET answers
   */
  Read(
      Listener listener,
      String key,
      Store store,
      Applier applier,
      Operations operations,
      PeerCalls calls,
      Settling settling,
      OperationLog operationLog) {
    super(operations, calls);
    this.listener = listener;
    this.key = key;
    this.store = store;
    this.applier = applier;
    this.settling = settling;
    this.operationLog = operationLog;
    stamps = new Stamp[members().size()];
    Copy local = Messages.copy(store.find(key));
    newestStamp = Messages.stamp(local.stamp);
    newestValue = valueOf(local);
  }

  /** Asks all peers at once. */
  void begin() {
    Copies copies = new Copies();
    int textBytes = key.length() + (newestValue == null ? 0 : newestValue.length());
    calls().rget(members(), key, textBytes, epochs(), copies);
    copies.begun();
  }

  @Override
  void failed(Failure why) {
    operationLog.replicaFailed(whoIsNamed(why));
    listener.confirmed(Messages.getReply(kv.GET_FAILED, ""), why);
  }

  private static String valueOf(Copy copy) {
    return copy.code == kv.GET_OK ? copy.value.value : null;
  }

  /** All copies are here: repair whoever is behind, this replica first. */
  private void repair() {
    if (newestStamp.equals(Stamp.ZERO)) {
      confirmed(); // no replica has ever heard of the key
      return;
    }
    Entry held = store.find(key);
    if ((held == null || held.stamp().compareTo(newestStamp) < 0) && !hasRoom()) {
      failForWantOfRoom(); // what a peer holds could be answered, but not kept
      return;
    }
    adopted = applier.adopt(key, newestValue, newestStamp).after();
    List<Peer> behind = new ArrayList<>();
    for (int i = 0; i < stamps.length; i++) {
      if (stamps[i].compareTo(newestStamp) < 0) {
        behind.add(members().get(i));
      }
    }
    if (behind.isEmpty()) {
      confirmed();
      return;
    }
    // Something newer may have come in meanwhile. It is not confirmed; what the peers hold is.
    Entry repair = new Entry(key, newestValue, newestStamp, false);
    calls().replicate(behind, repair, settling.ownWatermark(), epochs(), new Repairs(behind));
  }

  private void confirmed() {
    whenSafe(key, this::answerWhatIsSafe);
  }

  private void answerWhatIsSafe() {
    if (!succeed()) {
      return;
    }
    if (adopted != null && adopted.stamp().equals(newestStamp)) {
      settling.settled(adopted);
    }
    listener.confirmed(Messages.getReply(newestValue, store), null);
  }

  private final class Copies extends Round {
    Copies() {
      super(members());
    }

    @Override
    boolean agrees(int index, XdrAble result) {
      Copy copy = (Copy) result;
      operationLog.replicationResponse("GET", copy.code);
      stamps[index] = Messages.stamp(copy.stamp);
      if (stamps[index].compareTo(newestStamp) > 0) {
        newestStamp = stamps[index];
        newestValue = valueOf(copy);
      }
      return applier.observeStamp(stamps[index])
          && (copy.code == kv.GET_OK || copy.code == kv.GET_KEY_NOT_FOUND);
    }

    @Override
    void complete() {
      repair();
    }
  }

  private final class Repairs extends Round {
    Repairs(List<Peer> behind) {
      super(behind);
    }

    @Override
    boolean agrees(int index, XdrAble result) {
      return Codes.isApplied(((XdrInt) result).intValue());
    }

    @Override
    void complete() {
      confirmed();
    }
  }
}
