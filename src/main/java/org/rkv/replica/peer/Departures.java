package org.rkv.replica.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.net.Timers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.oncrpc.Xids;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * The peers that were taken out of the replica file and may answer clients still. Each is told so
 * before its links end, and nothing becomes settled without it until it has answered that it
 * answers no client any more, has been silent for a peer timeout, or is back. While it answers
 * clients, since another one whom we list still admits it, it is told again and again: that one may
 * be dead without its knowing, and come again with our list, never having known it. Belongs to the
 * replica's thread.
 */
final class Departures {
  /** Of a peer timeout: how often one is told again. */
  private static final int TELLS_A_TIMEOUT = 8;

  private static final long MAX_TELL_MILLIS = 250;

  /** Besides a peer timeout: until who vouches for it is asked the next time. */
  private static final long TWO_HEARTBEATS_MILLIS = 2000;

  private final Supplier<List<Listing>> list;
  private final Supplier<List<Peer>> peers;
  private final Timers timers;
  private final long timeoutMillis;
  private final Runnable changed;
  private final GroupClient client;
  private final kvClient stub;
  private final List<Departing> pending = new ArrayList<>();

  /**
   * Nobody departs.
   *
   * @param list ours, that they are not in any more
   * @param peers the others of that list
   * @param changed called when one has gone
   */
  Departures(
      Supplier<List<Listing>> list,
      Supplier<List<Peer>> peers,
      Xids xids,
      Timers timers,
      long timeoutMillis,
      Runnable changed)
      throws OncRpcException, IOException {
    this.list = list;
    this.peers = peers;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.changed = changed;
    client = new GroupClient(KvProgram.PROGRAM, xids, false);
    stub = new kvClient(client);
  }

  /** Tells it, and ends its links when it has stopped or its time is over. */
  void begin(Peer peer) {
    Departing departing = new Departing(peer);
    pending.add(departing);
    departing.tell();
  }

  /** Whether nobody departs who may answer clients still, from what it held without us. */
  boolean isEmpty() {
    return pending.stream().allMatch(Departing::isBack);
  }

  /** This incarnation is over. */
  void close() {
    List.copyOf(pending).forEach(Departing::gone);
  }

  /** One that is told. */
  private final class Departing implements ReplyCollector {
    private final Peer peer;
    private boolean isVouchedFor;
    private boolean isLost;

    /** Since when all of our list admit us without it, so that nobody can vouch for it any more. */
    private long agreedNanos;

    private boolean agreed;

    Departing(Peer peer) {
      this.peer = peer;
    }

    void tell() {
      TakenOut message = new TakenOut();
      message.list = PeerMessages.listed(list.get());
      client.to(List.of(peer.link()), this);
      try {
        stub.RTAKENOUT_1(message);
      } catch (OncRpcException | IOException e) {
        throw new IllegalStateException("our list could not be encoded", e);
      }
    }

    @Override
    public void answered(int index, XdrAble result) {
      isVouchedFor = ((XdrInt) result).intValue() == kv.TAKEN_OUT_ANSWERS_STILL;
      if (isVouchedFor) {
        lookLater();
      } else {
        timers.schedule(0, this::gone); // not within a call that came from its link
      }
    }

    @Override
    public void failed(int index, String reason) {
      isLost = true;
      peer.dismiss("no longer in the replica file");
      if (isVouchedFor) {
        lookLater();
      } else {
        long deadMillis = TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - peer.lostNanos());
        timers.schedule(Math.max(0, timeoutMillis - deadMillis), this::gone);
      }
    }

    private void lookLater() {
      long millis = Math.max(1, Math.min(MAX_TELL_MILLIS, timeoutMillis / TELLS_A_TIMEOUT));
      timers.schedule(millis, this::look);
    }

    private void look() {
      if (!pending.contains(this)) {
        return;
      }
      if (isBack()) {
        gone();
      } else if (!isLost) {
        tell();
      } else if (hasNoticed()) {
        gone();
      } else {
        lookLater();
      }
    }

    /** Whether it, or the one that has followed it, is in our list again, and admitted. */
    private boolean isBack() {
      return peers.get().stream()
          .anyMatch(
              one ->
                  one.isAdmitted()
                      && (one.incarnation() == peer.incarnation()
                          || one.entry().isCalled(peer.entry().givenName())));
    }

    /** Whether it must have noticed by now that who vouched for it is not there any more. */
    private boolean hasNoticed() {
      boolean wasAgreed = agreed;
      agreed = peers.get().stream().allMatch(Peer::isAdmitted);
      if (!agreed || !wasAgreed) {
        agreedNanos = timers.nanoTime();
      }
      return timers.nanoTime() - agreedNanos
          > TimeUnit.MILLISECONDS.toNanos(timeoutMillis + TWO_HEARTBEATS_MILLIS);
    }

    private void gone() {
      if (pending.remove(this)) {
        peer.dismiss("no longer in the replica file");
        changed.run();
      }
    }
  }
}
