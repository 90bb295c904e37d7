package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;
import org.rkv.wire.Answers;
import org.rkv.wire.Channel;
import org.rkv.wire.GroupClient;
import org.rkv.wire.Link;
import org.rkv.wire.Network;
import org.rkv.wire.Timers;
import org.slf4j.Logger;

/**
 * Another replica, as this one sees it: its name, the link to it, and what it said of itself when
 * it was greeted. The first call on each connection is RHELLO, and RPROVE if there is a secret;
 * only then is the link admitted to carry anything else.
 */
final class Peer implements Link.Listener {
  private static final long COMPLAIN_AGAIN_MILLIS = 600_000;

  private ReplicaAddress address;
  private final Self self;
  private final Peers peers;
  private final Timers timers;
  private final Logger log;
  private final Link link;
  private final GroupClient client = new GroupClient(KvProgram.PROGRAM, true);
  private final kvClient stub = new kvClient(client);
  private final Map<ReplicaAddress, Peer> otherNames = new HashMap<>();
  private InetSocketAddress lastAddress;
  private Channel caller;
  private byte[] nonce = {};
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
      Self self,
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
    this.link = new Link(address.host(), address.port(), network, timers, timeoutMillis, this);
  }

  /** The name in the replica file. */
  String name() {
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

  Link link() {
    return link;
  }

  /** Whether it can be asked now. */
  boolean isAdmitted() {
    return link.isAdmitted();
  }

  /**
   * Whether it has welcomed this life of ours, at some time: it counts no answer of an older one.
   */
  boolean isMet() {
    return met;
  }

  /** Whether the last thing it said is that we are not in its replica file. */
  boolean disownsUs() {
    return disownsUs;
  }

  /** Which life of it was last heard of; 0 for none. */
  long origin() {
    return origin;
  }

  boolean isServing() {
    return isAdmitted() && state == kv.REPLICA_SERVING;
  }

  /** The state that it last told; 0 if it was never heard of. */
  int state() {
    return state;
  }

  void state(int newState) {
    state = newState;
  }

  /** Whether a connection from this address, by a replica that listens at that port, is from it. */
  boolean isAt(InetAddress host, int port) {
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
    caller = channel;
  }

  /**
   * Ends both connections for good. So the peer learns at once that it has to greet us anew, and
   * then that it is not listed, and serves nobody what it holds.
   */
  void dismiss(String reason) {
    dismissed = true;
    link.close(reason);
    if (caller != null) {
      caller.close(reason);
    }
  }

  @Override
  public void connected() {
    lastAddress = link.remoteAddress();
    nonce = self.secret().nonce();
    Hello hello = new Hello();
    hello.name = self.name();
    hello.port = self.port();
    hello.origin = self.origin();
    hello.state = self.state();
    hello.capacity = self.limits().capacity();
    hello.max_length = self.limits().maxLength();
    hello.nonce = new Bytes(nonce);
    client.to(List.of(link), new Greeting());
    try {
      stub.RHELLO_1(hello);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a greeting could not be encoded", e);
    }
  }

  private void welcomed(Welcome welcome) {
    if (!self.secret().isNone() && !proves(welcome)) {
      // Whatever it says, and whoever it is: one that knows the secret proves it.
      refuse("it has no secret, or another one");
      return;
    }
    disownsUs = welcome.code == kv.HELLO_NOT_LISTED;
    switch (welcome.code) {
      case kv.HELLO_OK -> {
        if (welcome.origin == self.origin()) {
          peers.isOurselves(this);
        } else if (!self.secret().matches(welcome.nonce.value)) {
          refuse("it has a secret, and we have none");
        } else {
          prove(welcome);
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

  private boolean proves(Welcome welcome) {
    return self.secret().matches(welcome.nonce.value)
        && Secret.same(
            welcome.proof.value,
            self.secret().calleesProof(welcome.code, nonce, welcome.nonce.value));
  }

  private void prove(Welcome welcome) {
    if (self.secret().isNone()) {
      admit(welcome);
      return;
    }
    client.to(List.of(link), new Proof(welcome));
    try {
      stub.RPROVE_1(new Bytes(self.secret().callersProof(nonce, welcome.nonce.value)));
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a proof could not be encoded", e);
    }
  }

  private void admit(Welcome welcome) {
    if (peers.isDouble(this, welcome.origin)) {
      return;
    }
    origin = welcome.origin;
    state = welcome.state;
    met = true;
    complaints.clear();
    link.admit();
    log.info("replica {} is reachable", name());
    peers.admitted(this);
  }

  /** Ends the connection and says why. */
  private void refuse(String reason) {
    complain("replica " + name() + " is of no use to us: " + reason);
    refusal = reason;
    link.disconnect(reason);
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

  @Override
  public void disconnected(String reason) {
    if (!dismissed && !reason.equals(refusal)) {
      complain("replica " + name() + " is not reachable: " + reason);
    }
    refusal = "";
    peers.lost(this, reason);
  }

  /** What RHELLO comes to. */
  private final class Greeting implements Answers {
    @Override
    public void answered(int index, XdrAble result) {
      welcomed((Welcome) result);
    }

    @Override
    public void failed(int index, String reason) {
      link.disconnect("it does not answer our greeting: " + reason);
    }
  }

  /** What RPROVE comes to. */
  private final class Proof implements Answers {
    private final Welcome welcome;

    Proof(Welcome welcome) {
      this.welcome = welcome;
    }

    @Override
    public void answered(int index, XdrAble result) {
      if (((XdrInt) result).intValue() == kv.HELLO_OK) {
        admit(welcome);
      } else {
        refuse("it has another secret");
      }
    }

    @Override
    public void failed(int index, String reason) {
      link.disconnect("it does not answer our proof: " + reason);
    }
  }
}
