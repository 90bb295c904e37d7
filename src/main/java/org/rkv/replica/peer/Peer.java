package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.AddressLiteral;
import org.rkv.net.Channel;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.Xids;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.rkv.store.HybridClock;
import org.slf4j.Logger;

/**
 * Another replica, as this one sees it: its entry in the replica file, the way to it, and what it
 * said of itself.
 *
 * <p>The way is one link, or two where the limits allow large values: what comes after a value of 1
 * MiB on a connection waits until that has been sent, so large calls have a link of their own. Both
 * are one way, nevertheless: the peer can be asked while both are admitted, and they end together.
 *
 * <pre>
 *             open()               admitted on the first       admitted on the second
 *   unknown ----------> first link ----------------------> second link --------------> admitted
 *                        connects     (if there is one)      connects                    |
 *                           ^                          |                                 |
 *                           +-- either link is disconnected, or somebody else answers --+
 *
 *   any state --dismiss()--> dismissed, for good
 * </pre>
 *
 * <p>Belongs to the thread of its links.
 */
public final class Peer {
  /** Hears what becomes of a peer: the list that it is in. */
  interface Listener {
    /**
     * Somebody answers where this peer should be.
     *
     * @return why it is not this peer, or null if it is
     */
    String whyNot(Peer peer, Names callee);

    /** It is this peer that answers; be it another incarnation, or called in another way. */
    void met(Peer peer, Names callee);

    /**
     * It has not met us, and has told its particulars.
     *
     * @return why it never will, since we are not in its list; null if we may be
     */
    String whyNever(Peer peer, Particulars theirs);

    /** It has told its particulars. Judging them may end this incarnation of ours. */
    Verdict judge(Peer peer, Particulars theirs);

    /** It can be asked from now on. */
    void admitted(Peer peer);

    /** A connection to it has ended: what it answered to operations under way is void. */
    void lost(Peer peer, String reason);

    /** It was not admitted; something that others may wait for has changed. */
    void refused(Peer peer);
  }

  /** How often an entry is asked whether it admits us now, if it only has to meet us. */
  private static final long NOT_YET_MILLIS = 50;

  /** The same of one that has another reason. */
  private static final long REFUSED_MILLIS = 500;

  private static final long TWO_HEARTBEATS_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final LocalReplica self;
  private final Listener listener;
  private final Timers timers;
  private final Logger log;
  private final PeerComplaints complaints;
  private final Namesakes namesakes = new Namesakes(TWO_HEARTBEATS_NANOS);
  private final Handshake handshake;

  /** The same one where nothing is large. */
  private final Handshake largeHandshake;

  /** Looks who answers at the entry now, without a right to anything. */
  private final Handshake probe;

  private final List<Link> links;
  private final List<Channel> callers = new ArrayList<>();
  private ReplicaAddress address;
  private InetSocketAddress lastAddress;
  private String givenName = "";
  private String cluster = "";
  private long incarnation;
  private int state;
  private Past past = Past.NONE;
  private long limit;
  private long lostNanos;
  private boolean isConnected;
  private long answeredAsOfNanos;
  private long particularsAsOfNanos;
  private Verdict verdict;
  private String trouble = "it was not reached yet";
  private boolean isLeadingToOurselves;
  private long leadingToOurselvesNanos;
  private boolean met;
  private boolean member;
  private boolean dismissed;

  Peer(
      ReplicaAddress address,
      LocalReplica self,
      Xids xids,
      Supplier<List<Listing>> list,
      Listener listener,
      Network network,
      Timers timers,
      long timeoutMillis,
      Logger log)
      throws OncRpcException, IOException {
    this.address = address;
    this.self = self;
    this.listener = listener;
    this.timers = timers;
    this.log = log;
    complaints = new PeerComplaints(timers, log);
    lostNanos = timers.nanoTime();
    answeredAsOfNanos = lostNanos;
    particularsAsOfNanos = answeredAsOfNanos;
    Handshake.Listener events = new HandshakeEvents();
    handshake = new Handshake(events, self, address, xids, list, network, timers, timeoutMillis);
    if (Channel.isLarge(self.limits().maxLength())) {
      largeHandshake =
          new Handshake(events, self, address, xids, list, network, timers, timeoutMillis);
      largeHandshake.link().reserveForLargeCalls();
    } else {
      largeHandshake = handshake;
    }
    probe =
        new Handshake(new ProbeEvents(), self, address, xids, list, network, timers, timeoutMillis);
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

  /** The same entry as before, spelled or resolved in another way. */
  void setAddress(ReplicaAddress newAddress) {
    address = newAddress;
    Stream.of(handshake, largeHandshake, probe).forEach(each -> each.setAddress(newAddress));
  }

  /** As others are told of it. */
  Listing listing() {
    List<String> addresses = new ArrayList<>();
    address.addresses().forEach(each -> addresses.add(AddressLiteral.text(each)));
    if (lastAddress != null && !address.addresses().contains(lastAddress.getAddress())) {
      addresses.add(AddressLiteral.text(lastAddress.getAddress()));
    }
    return new Listing(address.text(), addresses, givenName, member);
  }

  /** What it calls itself, so far as was heard; else empty. */
  String givenName() {
    return givenName;
  }

  /** It, or somebody who has heard it, says that it calls itself so. */
  void setGivenName(String name) {
    givenName = name;
  }

  /** The name of its cluster, as it last told; empty if it has none. */
  String cluster() {
    return cluster;
  }

  void setCluster(String name) {
    cluster = name;
  }

  /** The last address that a connection to it went to, or null. */
  InetSocketAddress lastAddress() {
    return lastAddress;
  }

  /** Begins to connect: the second link only when the first is admitted. */
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

  /** Whether the other end of our link is known to be it, be it admitted or not. */
  public boolean isReached() {
    return handshake.callee() != null;
  }

  /** Whether our own link leads to this incarnation in this process, at this moment. */
  boolean isMet(long callersIncarnation, long callersStart) {
    Names callee = handshake.callee();
    return callee != null
        && callee.incarnation == callersIncarnation
        && callee.start == callersStart;
  }

  /** Whether one of its greetings to us was our own. */
  boolean sent(byte[] nonce) {
    return handshake.sent(nonce) || largeHandshake.sent(nonce) || probe.sent(nonce);
  }

  /** Whether so much waits to be sent that what need not be sent now should wait. */
  boolean isBusy() {
    return link().isBusy() || largeLink().isBusy();
  }

  /** Asks for its particulars once more: what it told before may be old. */
  void refresh() {
    handshake.ask();
  }

  /** Where it was last reached, as one that has no other name is called. */
  String addressAndPort() {
    return ReplicaAddress.text(AddressLiteral.text(lastAddress.getAddress()), address.port());
  }

  /** Ends the connections as if the other end had: they are made anew. */
  public void disconnect(String reason) {
    link().disconnect(reason);
  }

  /** Ends all connections, those that it made as well: both have to greet anew. */
  public void greetAnew(String reason) {
    List.copyOf(callers).forEach(caller -> caller.close(reason));
    callers.clear();
    disconnect(reason);
  }

  /** The other end of our link is ourselves. */
  void leadsToOurselves(String why) {
    if (!isLeadingToOurselves) {
      isLeadingToOurselves = true;
      leadingToOurselvesNanos = timers.nanoTime();
    }
    leadsElsewhere(why);
  }

  /** Whether every look-up for so long has led to ourselves. */
  boolean hasLedToOurselvesFor(long nanos) {
    return isLeadingToOurselves && timers.nanoTime() - leadingToOurselvesNanos >= nanos;
  }

  /** The other end of our link leads to somebody else. */
  void leadsElsewhere(String where) {
    fail(where);
    link().ledElsewhere(where);
  }

  /**
   * Somebody greets us by a name of it, whom our link does not lead to. That may be a new
   * incarnation of it, or anybody: looks for oneself who answers there.
   */
  void lookAgain(long greeting, String where) {
    namesakes.heard(greeting, where, timers.nanoTime());
    if (handshake.callee() == null) {
      link().hurry();
    } else if (!probe.link().isOpen()) {
      probe.link().open();
    }
  }

  /** Where two replicas of its name are, if there are two; else null. */
  String twoOfItsName() {
    return namesakes.two(timers.nanoTime());
  }

  /**
   * Whether it has welcomed this incarnation of ours, at some time: it counts no answer of an older
   * one.
   */
  public boolean isMet() {
    return met;
  }

  /** Which incarnation of it was last met; 0 for none. */
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
    member |= state == kv.REPLICA_SERVING;
  }

  /** Whether it has served since it was listed, so far as is known. */
  public boolean isMember() {
    return member;
  }

  /** One that serves says that it has served. */
  void setMember() {
    member = true;
  }

  /** What it has gone through, as it last told. */
  public Past past() {
    return past;
  }

  void setPast(Past newPast) {
    past = newPast;
  }

  /** It has taken an epoch since, as we did with it. */
  public void setEpochs(Epochs epochs) {
    past = past.taking(epochs);
  }

  /** What was last thought of it; null if it never told anything. */
  Verdict verdict() {
    return verdict;
  }

  /** It has told something that this is thought of. */
  void setVerdict(Verdict newVerdict) {
    verdict = newVerdict;
  }

  /** Since when there is no connection to it, if there is none. */
  long lostNanos() {
    return lostNanos;
  }

  /** It has answered what we asked at this moment. */
  public void answered(long askedNanos) {
    if (askedNanos - answeredAsOfNanos > 0) {
      answeredAsOfNanos = askedNanos;
    }
  }

  /** Whether it has answered something that we asked it since. */
  public boolean hasAnsweredSince(long nanos) {
    return answeredAsOfNanos - nanos >= 0;
  }

  /** Whether it has told its particulars since, as we asked. */
  public boolean hasToldSince(long nanos) {
    return particularsAsOfNanos - nanos >= 0;
  }

  /** Why it is not admitted; empty if it is. */
  public String trouble() {
    return isAdmitted() ? "" : trouble;
  }

  /** The highest clock that it believes, as it last told; 0 if it never did. */
  public long limit() {
    return limit;
  }

  /** It has told its limit. One that cannot be is not taken. */
  void heardLimit(long told) {
    if (HybridClock.isPossible(told)) {
      limit = told;
    }
  }

  /** Whether a call from this address may be from it, where no secret tells. */
  boolean mayCallFrom(InetAddress host) {
    return address.addresses().contains(host)
        || lastAddress != null && lastAddress.getAddress().equals(host);
  }

  /** It has been admitted on this connection, and may call. */
  void addCaller(Channel channel) {
    callers.removeIf(caller -> caller == channel || !caller.isOpen());
    callers.add(channel);
  }

  /**
   * Ends all connections for good, those that it made as well. So the peer learns at once that it
   * has to greet us anew.
   */
  void dismiss(String reason) {
    dismissed = true;
    links.forEach(link -> link.close(reason));
    probe.link().close(reason);
    callers.forEach(caller -> caller.close(reason));
  }

  private void fail(String reason) {
    trouble = reason;
    complaints.say("replica " + name() + " is not reachable: " + reason);
  }

  private void admit(Handshake by) {
    by.accept();
    if (!largeHandshake.isDone()) {
      largeLink().open();
      return;
    }
    links.forEach(Link::admit);
    met = true;
    complaints.clear();
    log.info("replica {} is reachable", name());
    listener.admitted(this);
  }

  /** What both handshakes come to. */
  private final class HandshakeEvents implements Handshake.Listener {
    @Override
    public void resolved(List<InetAddress> addresses) {
      address = address.resolvedTo(addresses);
    }

    @Override
    public void connected(InetSocketAddress remoteAddress) {
      lastAddress = remoteAddress;
      isConnected = true;
    }

    @Override
    public void met(Handshake by, Names callee) {
      String whyNot = listener.whyNot(Peer.this, callee);
      if (callee.incarnation == self.incarnation()) {
        leadsToOurselves(whyNot);
        return;
      }
      isLeadingToOurselves = false;
      if (whyNot != null) {
        leadsElsewhere(whyNot);
        return;
      }
      namesakes.ledTo(callee.incarnation, lastAddress.toString(), timers.nanoTime());
      if (by != handshake && !isMet(callee.incarnation, callee.start)) {
        disconnect("it has restarted");
        return;
      }
      if (incarnation != callee.incarnation) {
        incarnation = callee.incarnation;
        state = 0;
      }
      listener.met(Peer.this, callee);
      by.ask();
    }

    @Override
    public void answered(Handshake by, Admission admission, long askedNanos) {
      Peer.this.answered(askedNanos);
      switch (admission.code) {
        case kv.ADMIT_NOT_YET -> notMet(by, admission.callee);
        case kv.ADMIT_OTHER_SECRET -> refuse(by, "it has no secret, or another one");
        case kv.ADMIT_OTHER_ADDRESS -> refuse(by, "it does not know the address that we call from");
        case kv.ADMIT_TWO_OF_ONE_NAME -> refuse(by, "it knows two replicas of our name");
        default -> judge(by, admission, askedNanos);
      }
    }

    private void notMet(Handshake by, Particulars theirs) {
      String whyNever = listener.whyNever(Peer.this, theirs);
      if (dismissed) {
        return;
      }
      if (whyNever != null) {
        refuse(by, whyNever);
      } else {
        notYet(by, "it has not met us on a connection of its own");
      }
    }

    private void judge(Handshake by, Admission admission, long askedNanos) {
      if (admission.callee.history == null || admission.callee.list.length == 0) {
        refuse(by, "it answers our greeting with code " + admission.code);
        return;
      }
      if (askedNanos - particularsAsOfNanos > 0) {
        particularsAsOfNanos = askedNanos;
      }
      Verdict ours = listener.judge(Peer.this, admission.callee);
      if (dismissed) {
        return;
      }
      String two = twoOfItsName();
      if (by.isDone()) {
        if (!ours.isAdmitted() || admission.code != kv.ADMITTED) {
          greetAnew("we do not agree any more");
        }
      } else if (two != null) {
        refuse(by, "there are two of its name, at " + two);
      } else if (!ours.isAdmitted()) {
        refuse(by, ours.reason());
      } else if (admission.code != kv.ADMITTED) {
        notYet(by, "it does not agree with us yet");
      } else {
        admit(by);
      }
    }

    private void notYet(Handshake by, String reason) {
      trouble = reason;
      if (by.isDone()) {
        greetAnew(reason);
        return;
      }
      by.askAgain(NOT_YET_MILLIS);
    }

    /** The connection stays: so it is known that it is there, and what it says. */
    private void refuse(Handshake by, String reason) {
      trouble = reason;
      complaints.say("replica " + name() + " is of no use to us: " + reason);
      by.askAgain(REFUSED_MILLIS);
      listener.refused(Peer.this);
    }

    @Override
    public void refused(Handshake by, String reason) {
      trouble = reason;
      complaints.say("replica " + name() + " is of no use to us: " + reason);
      disconnect(reason);
    }

    /** The other link's connection ends with it. */
    @Override
    public void disconnected(String reason) {
      lostNanos = isConnected ? timers.nanoTime() : lostNanos;
      isConnected = false;
      if (!dismissed && !reason.equals(trouble)) {
        fail(reason);
      }
      listener.lost(Peer.this, reason);
      if (largeHandshake != handshake) {
        largeLink().suspend(reason);
      }
      link().disconnect(reason);
    }
  }

  /** Who answers at the entry when somebody new greets us by its name. */
  private final class ProbeEvents implements Handshake.Listener {
    @Override
    public void connected(InetSocketAddress remoteAddress) {}

    @Override
    public void met(Handshake by, Names callee) {
      if (listener.whyNot(Peer.this, callee) == null && !isMet(callee.incarnation, callee.start)) {
        greetAnew("it has restarted");
        link().hurry();
      }
      by.link().suspend("seen who it is");
    }

    @Override
    public void answered(Handshake by, Admission admission, long askedNanos) {}

    @Override
    public void refused(Handshake by, String reason) {
      by.link().suspend(reason);
    }

    /** Once is enough: who greets us again is looked for again. */
    @Override
    public void disconnected(String reason) {
      probe.link().suspend(reason);
    }
  }
}
