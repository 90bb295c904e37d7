package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
 */
public final class Peer {
  private static final long COMPLAIN_AGAIN_MILLIS = 600_000;

  private ReplicaAddress address;
  private final LocalReplica self;
  private final Peers peers;
  private final Timers timers;
  private final Logger log;
  private final Handshake handshake;

  /** The same one where nothing is large. */
  private final Handshake bulkHandshake;

  private final List<Link> links;
  private final Map<ReplicaAddress, Peer> otherNames = new HashMap<>();
  private InetSocketAddress lastAddress;
  private final List<Channel> callers = new ArrayList<>();
  private long origin;
  private int state;
  private boolean met;
  private boolean disownsUs;
  private boolean dismissed;
  private final Set<String> complaints = new HashSet<>();
  private long complainingSinceNanos;
  private String refusal = "";

  Peer(
      ReplicaAddress address,
      LocalReplica self,
      Peers peers,
      Network network,
      Timers timers,
      long timeoutMillis,
      Logger log)
      throws OncRpcException, IOException {
    this.address = address;
    this.self = self;
    this.peers = peers;
    this.timers = timers;
    this.log = log;
    handshake = new Handshake(this, self, network, timers, timeoutMillis);
    if (Link.isLarge(self.limits().maxLength())) {
      bulkHandshake = new Handshake(this, self, network, timers, timeoutMillis);
      bulkHandshake.link().carryLargeCallsOnly();
    } else {
      bulkHandshake = handshake;
    }
    links = Stream.of(handshake, bulkHandshake).distinct().map(Handshake::link).toList();
  }

  /** The name in the replica file. */
  public String name() {
    return address.name();
  }

  ReplicaAddress address() {
    return address;
  }

  /** The same place as before, written or resolved in another way. */
  void address(ReplicaAddress newAddress) {
    address = newAddress;
  }

  /** Whether it is known where it calls from. */
  boolean isLocated() {
    return address.resolved() != null || lastAddress != null;
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
  Link bulkLink() {
    return bulkHandshake.link();
  }

  /** Whether it can be asked now. */
  public boolean isAdmitted() {
    return link().isAdmitted() && bulkLink().isAdmitted();
  }

  /** Whether it is another life of it that has been greeted. */
  boolean isKnownAsAnother(long life) {
    return handshake.isDone() && life != origin;
  }

  /** Whether so much waits to be sent that what need not be sent now should wait. */
  boolean isBusy() {
    return link().isBusy() || bulkLink().isBusy();
  }

  /** Ends the connections as if the other end had: they are made anew. */
  void disconnect(String reason) {
    link().disconnect(reason);
  }

  /**
   * Whether it has welcomed this life of ours, at some time: it counts no answer of an older one.
   */
  public boolean isMet() {
    return met;
  }

  /** Whether the last thing it said is that we are not in its replica file. */
  public boolean disownsUs() {
    return disownsUs;
  }

  /** Which life of it was last heard of; 0 for none. */
  public long origin() {
    return origin;
  }

  public boolean isServing() {
    return isAdmitted() && state == kv.REPLICA_SERVING;
  }

  /** The state that it last told; 0 if it was never heard of. */
  public int state() {
    return state;
  }

  public void state(int newState) {
    state = newState;
  }

  /** Whether a connection from this address, by a replica that listens at that port, is from it. */
  public boolean isAt(InetAddress host, int port) {
    if (port == address.port()
        && (host.equals(address.resolved())
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
  void isAlso(Peer dropped) {
    otherNames.put(dropped.address, dropped);
  }

  /** It has greeted us on this connection, and may call. */
  void callsOn(Channel channel) {
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

  /** One of its links has a connection, to this address. */
  void isFoundAt(InetSocketAddress remoteAddress) {
    lastAddress = remoteAddress;
  }

  /** It has answered our greeting, and has proved itself if there is a secret. */
  void welcomed(Handshake by, Welcome welcome) {
    disownsUs = welcome.code == kv.HELLO_NOT_LISTED;
    switch (welcome.code) {
      case kv.HELLO_OK -> {
        if (welcome.origin == self.origin()) {
          peers.isOurselves(this);
        } else if (!self.secret().matches(welcome.nonce.value)) {
          refuse("it has a secret, and we have none");
        } else {
          by.prove(welcome);
        }
      }
      case kv.HELLO_ITSELF -> peers.isOurselves(this);
      case kv.HELLO_NOT_LISTED -> {
        refuse("we are not in its replica file");
        peers.disowned(this);
      }
      case kv.HELLO_NOT_YET -> refuse("it cannot tell yet who we are");
      case kv.HELLO_STALE -> {
        peers.stale(this);
        refuse("we were out of its replica file for a while");
      }
      case kv.HELLO_OTHER_LIMITS -> refuse("its capacity or maximal length is not ours");
      case kv.HELLO_OTHER_SECRET -> refuse("it has no secret, or another one");
      default -> refuse("it answers our greeting with code " + welcome.code);
    }
  }

  /** The handshake on one link is done. Only when it is done on each is any link admitted. */
  void greeted(Handshake by, Welcome welcome) {
    if (peers.isDouble(this, welcome.origin)) {
      return;
    }
    if (isKnownAsAnother(welcome.origin)) {
      disconnect("it has restarted");
      return;
    }
    origin = welcome.origin;
    state = welcome.state;
    by.done();
    if (!bulkHandshake.isDone()) {
      bulkLink().open();
      return;
    }
    links.forEach(Link::admit);
    met = true;
    complaints.clear();
    log.info("replica {} is reachable", name());
    peers.admitted(this);
  }

  /** Ends its connections and says why. */
  void refuse(String reason) {
    complain("replica " + name() + " is of no use to us: " + reason);
    refusal = reason;
    disconnect(reason);
  }

  /**
   * Says each thing once in ten minutes at most. A host that is gone is tried every second, and may
   * be found unreachable in several ways in turn.
   */
  private void complain(String text) {
    long now = timers.nanoTime();
    if (complaints.isEmpty()
        || now - complainingSinceNanos > TimeUnit.MILLISECONDS.toNanos(COMPLAIN_AGAIN_MILLIS)) {
      complaints.clear();
      complainingSinceNanos = now;
    }
    if (complaints.add(text)) {
      log.warn("{}", text);
    }
  }

  /** The connection of a link has ended, or could not be made; the other one's ends with it. */
  void disconnected(String reason) {
    if (!dismissed && !reason.equals(refusal)) {
      complain("replica " + name() + " is not reachable: " + reason);
    }
    peers.lost(this, reason);
    if (bulkHandshake != handshake) {
      bulkLink().rest(reason);
    }
    link().disconnect(reason);
    refusal = "";
  }
}
