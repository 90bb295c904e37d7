package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.Channel;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Another replica, as this one sees it: its name, the way to it, and what it said of itself when it
 * was greeted.
 *
 * <p>The way is one link, or two where the limits allow large values: what comes after a value of 1
 * MiB on a connection waits until that has been sent, so large calls have a link of their own. Both
 * are one way, nevertheless: the peer can be asked while both are admitted, and they end together.
 *
 * <pre>
 *             open()                 greeted on the first       greeted on the second
 *   unknown ----------> first link -----------------------> second link --------------> admitted
 *                        connects      (if there is one)      connects                   |
 *                           ^                           |                                |
 *                           +-- either link is disconnected, or the greeting refused ---+
 *
 *   any state --dismiss()--> dismissed, for good
 * </pre>
 *
 * <p>Belongs to the thread of its links.
 */
public final class Peer {
  /** Hears what becomes of a peer: the list that it is in. */
  interface Listener {
    /** Its entry leads to this replica itself. */
    void leadsToOurselves(Peer peer);

    /**
     * Drops the peer if another admitted one is the same incarnation.
     *
     * @return whether it was dropped
     */
    boolean dropIfDuplicate(Peer peer, long incarnation);

    /** It can be asked from now on. */
    void admitted(Peer peer);

    /** A connection to it has ended: what it answered to operations under way is void. */
    void lost(Peer peer, String reason);

    /** It says that we are not in its replica file. */
    void disowned(Peer by);

    /** It serves, and says that we were out of its replica file for a while. */
    void expelled(Peer by);
  }

  private final LocalReplica self;
  private final Listener listener;
  private final Logger log;
  private final PeerComplaints complaints;
  private final Handshake handshake;

  /** The same one where nothing is large. */
  private final Handshake largeHandshake;

  private final List<Link> links;
  private final Map<ReplicaAddress, Peer> otherNames = new HashMap<>();
  private final List<Channel> callers = new ArrayList<>();
  private ReplicaAddress address;
  private InetSocketAddress lastAddress;
  private long incarnation;
  private int state;
  private boolean met;
  private boolean disownsUs;
  private boolean dismissed;
  private String refusal = "";

  Peer(
      ReplicaAddress address,
      LocalReplica self,
      Listener listener,
      Network network,
      Timers timers,
      long timeoutMillis,
      Logger log)
      throws OncRpcException, IOException {
    this.address = address;
    this.self = self;
    this.listener = listener;
    this.log = log;
    complaints = new PeerComplaints(timers, log);
    Handshake.Listener events = new HandshakeEvents();
    handshake = new Handshake(events, self, address, network, timers, timeoutMillis);
    if (Channel.isLarge(self.limits().maxLength())) {
      largeHandshake = new Handshake(events, self, address, network, timers, timeoutMillis);
      largeHandshake.link().reserveForLargeCalls();
    } else {
      largeHandshake = handshake;
    }
    links = Stream.of(handshake, largeHandshake).distinct().map(Handshake::link).toList();
  }

  /** The name in the replica file. */
  public String name() {
    return address.name();
  }

  /** Where it is called. */
  ReplicaAddress address() {
    return address;
  }

  /** The same place as before, written or resolved in another way. */
  void setAddress(ReplicaAddress newAddress) {
    address = newAddress;
  }

  /** Whether it is known where it calls from. */
  boolean isLocated() {
    return !address.addresses().isEmpty() || lastAddress != null;
  }

  /** Begins to connect: the second link only when the first is welcome. */
  void open() {
    link().open();
  }

  /** All links to it: one, or two. */
  public List<Link> links() {
    return links;
  }

  /** For calls that are not large. */
  public Link link() {
    return handshake.link();
  }

  /** For calls that are large, or have a large answer. */
  public Link largeLink() {
    return largeHandshake.link();
  }

  /** Whether it can be asked now. */
  public boolean isAdmitted() {
    return link().isAdmitted() && largeLink().isAdmitted();
  }

  /** Whether it is another incarnation of it that has been greeted. */
  boolean isKnownAsAnother(long caller) {
    return handshake.isDone() && caller != incarnation;
  }

  /** Whether so much waits to be sent that what need not be sent now should wait. */
  boolean isBusy() {
    return link().isBusy() || largeLink().isBusy();
  }

  /** Ends the connections as if the other end had: they are made anew. */
  public void disconnect(String reason) {
    link().disconnect(reason);
  }

  /**
   * Whether it has welcomed this incarnation of ours, at some time: it counts no answer of an older
   * one.
   */
  public boolean isMet() {
    return met;
  }

  /** Whether the last thing it said is that we are not in its replica file. */
  public boolean disownsUs() {
    return disownsUs;
  }

  /** Which incarnation of it was last heard of; 0 for none. */
  public long incarnation() {
    return incarnation;
  }

  /** Whether it can be asked, and holds all that is to be held. */
  public boolean isServing() {
    return isAdmitted() && state == kv.REPLICA_SERVING;
  }

  /** The state that it last told; 0 if it was never heard of. */
  public int state() {
    return state;
  }

  void setState(int newState) {
    state = newState;
  }

  /** Whether a connection from this address, by a replica that listens at that port, is from it. */
  public boolean isAt(InetAddress host, int port) {
    if (port == address.port()
        && (address.addresses().contains(host)
            || lastAddress != null && host.equals(lastAddress.getAddress()))) {
      return true;
    }
    for (Peer name : otherNames.values()) {
      if (name.isAt(host, port)) {
        return true;
      }
    }
    return false;
  }

  /** Another name that stood for this replica and was dropped: it may still call from there. */
  void addOtherName(Peer dropped) {
    otherNames.put(dropped.address, dropped);
  }

  /** It has greeted us on this connection, and may call. */
  void addCaller(Channel channel) {
    callers.removeIf(caller -> caller == channel || !caller.isOpen());
    callers.add(channel);
  }

  /**
   * Ends all connections for good, those that it made as well. So the peer learns at once that it
   * has to greet us anew, and then that it is not listed, and serves nobody what it holds.
   */
  void dismiss(String reason) {
    dismissed = true;
    links.forEach(link -> link.close(reason));
    callers.forEach(caller -> caller.close(reason));
  }

  /** Ends its connections and says why. */
  private void refuse(String reason) {
    complaints.say("replica " + name() + " is of no use to us: " + reason);
    refusal = reason;
    disconnect(reason);
  }

  /** What both handshakes come to. */
  private final class HandshakeEvents implements Handshake.Listener {
    @Override
    public void connected(InetSocketAddress remoteAddress) {
      lastAddress = remoteAddress;
    }

    @Override
    public void welcomed(Handshake by, Welcome welcome) {
      disownsUs = welcome.code == kv.HELLO_NOT_LISTED;
      switch (welcome.code) {
        case kv.HELLO_OK -> {
          if (welcome.origin == self.incarnation()) {
            listener.leadsToOurselves(Peer.this);
          } else if (!self.secret().matches(welcome.nonce.value)) {
            refuse("it has a secret, and we have none");
          } else {
            by.prove(welcome);
          }
        }
        case kv.HELLO_ITSELF -> listener.leadsToOurselves(Peer.this);
        case kv.HELLO_NOT_LISTED -> {
          refuse("we are not in its replica file");
          listener.disowned(Peer.this);
        }
        case kv.HELLO_NOT_YET -> refuse("it cannot tell yet who we are");
        case kv.HELLO_STALE -> {
          listener.expelled(Peer.this);
          refuse("we were out of its replica file for a while");
        }
        case kv.HELLO_OTHER_LIMITS -> refuse("its capacity or maximal length is not ours");
        case kv.HELLO_OTHER_SECRET -> refuse("it has no secret, or another one");
        default -> refuse("it answers our greeting with code " + welcome.code);
      }
    }

    /** Only when the handshake is done on each link is any link admitted. */
    @Override
    public void greeted(Handshake by, Welcome welcome) {
      if (listener.dropIfDuplicate(Peer.this, welcome.origin)) {
        return;
      }
      if (isKnownAsAnother(welcome.origin)) {
        disconnect("it has restarted");
        return;
      }
      incarnation = welcome.origin;
      state = welcome.state;
      by.accept();
      if (!largeHandshake.isDone()) {
        largeLink().open();
        return;
      }
      links.forEach(Link::admit);
      met = true;
      complaints.clear();
      log.info("replica {} is reachable", name());
      listener.admitted(Peer.this);
    }

    @Override
    public void refused(String reason) {
      refuse(reason);
    }

    /** The other link's connection ends with it. */
    @Override
    public void disconnected(String reason) {
      if (!dismissed && !reason.equals(refusal)) {
        complaints.say("replica " + name() + " is not reachable: " + reason);
      }
      listener.lost(Peer.this, reason);
      if (largeHandshake != handshake) {
        largeLink().suspend(reason);
      }
      link().disconnect(reason);
      refusal = "";
    }
  }
}
