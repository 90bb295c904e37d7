package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.Allowance;
import org.rkv.net.Channel;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.Xids;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.observe.Cause;
import org.rkv.rpc.Names;
import org.slf4j.Logger;

/**
 * Another replica, as this one sees it: its entry in the replica file, the way to it, and what it
 * last told of itself. How it and we come to admit each other is in {@link Greeting}. Belongs to
 * the thread of its links.
 */
public final class Peer {
  private static final long TWO_HEARTBEATS_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** So many connections that it made are admitted: two links, and two that it has left behind. */
  static final int MAX_CALLERS = 4;

  /** How soon we look who answers there when greetings in its name come faster than we look. */
  private static final long LOOK_LATER_MILLIS =
      TimeUnit.NANOSECONDS.toMillis(GreetingRate.TURN_NANOS);

  private final Timers timers;
  private final PeerComplaints complaints;
  private final Namesakes namesakes = new Namesakes(TWO_HEARTBEATS_NANOS);
  private final Allowance looks;
  private final PeerEntry entry;
  private final PeerLinks links;
  private final LastTold told;

  /** The connections that it has made, and has been admitted on. */
  private final List<Channel> callers = new ArrayList<>();

  private Opening opening = new Opening(0, 0, 0);
  private long start;
  private boolean met;
  private boolean looksLater;
  private boolean isConnected;
  private long lostNanos;
  private String trouble = "it was not reached yet";
  private Cause cause = Cause.UNREACHABLE;
  private boolean isLeadingToOurselves;
  private long leadingToOurselvesNanos;
  private boolean dismissed;

  /**
   * Does nothing until it is opened.
   *
   * @param list our entries, ourselves among them
   * @param greeting makes what hears of the handshakes with it
   * @param probing makes what hears who answers at its entry when that is looked for once more
   */
  Peer(
      ReplicaAddress address,
      LocalReplica self,
      Xids xids,
      Supplier<List<Listing>> list,
      Function<Peer, Handshake.Listener> greeting,
      Function<Peer, Handshake.Listener> probing,
      Network network,
      Timers timers,
      long timeoutMillis,
      Logger log)
      throws OncRpcException, IOException {
    entry = new PeerEntry(address);
    this.timers = timers;
    looks = new Allowance(GreetingRate.A_SECOND, GreetingRate.TURN_NANOS, timers.nanoTime());
    complaints = new PeerComplaints(timers, log);
    lostNanos = timers.nanoTime();
    told = new LastTold(lostNanos);
    links =
        new PeerLinks(
            address,
            self,
            xids,
            list,
            greeting.apply(this),
            probing.apply(this),
            network,
            timers,
            timeoutMillis);
  }

  /** The name in the replica file. */
  public String name() {
    return entry.address().name();
  }

  /** Its entry in the replica file, in its one form. */
  public String entryText() {
    return entry.address().text();
  }

  /** Its entry in our list. */
  PeerEntry entry() {
    return entry;
  }

  /** The same entry as before, spelled or resolved in another way. */
  void setAddress(ReplicaAddress newAddress) {
    entry.setAddress(newAddress);
    links.setAddress(newAddress);
  }

  /** What it last told of itself. */
  public LastTold told() {
    return told;
  }

  /** What it has gone through, as it last told. */
  public Past past() {
    return told.past();
  }

  /** It tells its state. */
  void setState(int state) {
    told.setState(state);
    if (told.isServing()) {
      entry.setMember();
    }
  }

  /** Begins to connect: the second link only when the first is admitted. */
  void open() {
    link().open();
  }

  /** All links to it: one, or two. */
  public List<Link> links() {
    return links.all();
  }

  /** For calls that are not large. */
  public Link link() {
    return links.link();
  }

  /** For calls that are large, or have a large answer. */
  public Link largeLink() {
    return links.largeLink();
  }

  /** Whether it can be asked now. */
  public boolean isAdmitted() {
    return links.isAdmitted();
  }

  /** Whether it can be asked, and holds all that is to be held. */
  public boolean isServing() {
    return isAdmitted() && told.isServing();
  }

  /** Whether the other end of our link is known to be it, be it admitted or not. */
  public boolean isReached() {
    return links.callee() != null;
  }

  /** The same, or it was so within the last two heartbeats. */
  boolean wasReachedLately() {
    return isReached() || timers.nanoTime() - lostNanos < TWO_HEARTBEATS_NANOS;
  }

  /** Whether our own link leads to this incarnation in this process, at this moment. */
  boolean isMet(long callersIncarnation, long callersStart) {
    Names callee = links.callee();
    return callee != null
        && callee.incarnation == callersIncarnation
        && callee.start == callersStart;
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
    return opening.incarnation();
  }

  /** Of its data directory, by the process that was last met. */
  Opening opening() {
    return opening;
  }

  /** Which start of it was last met; 0 for none. */
  public long start() {
    return start;
  }

  /** Our link leads to this start of it. The state of another one is not known yet. */
  void setStart(Opening newOpening, long newStart) {
    opening = newOpening;
    start = newStart;
    told.setState(0);
  }

  /** Whether one of our greetings to it had this nonce. */
  boolean sent(byte[] nonce) {
    return links.sent(nonce);
  }

  /** Whether so much waits to be sent that what need not be sent now should wait. */
  boolean isBusy() {
    return links.isBusy();
  }

  /** Asks for its particulars once more: what it told before may be old. */
  void refresh() {
    links.ask();
  }

  /** Tells it all of ourselves, before we call it for anything else. */
  void tell() {
    links.tell();
  }

  /** A link has a connection, to this address. */
  void connected(InetSocketAddress remoteAddress) {
    entry.connected(remoteAddress);
    isConnected = true;
  }

  /** The look-up has led to this start of it. */
  void leadsTo(long callee) {
    isLeadingToOurselves = false;
    namesakes.ledTo(callee, entry.lastAddress().toString(), timers.nanoTime());
  }

  /** The look-up has led to somebody else. */
  void leadsElsewhere(String where) {
    isLeadingToOurselves = false;
    leaveAlone(where);
  }

  /** The look-up has led to ourselves. */
  void leadsToOurselves(String why) {
    if (!isLeadingToOurselves) {
      isLeadingToOurselves = true;
      leadingToOurselvesNanos = timers.nanoTime();
    }
    leaveAlone(why);
  }

  private void leaveAlone(String where) {
    fail(Cause.UNREACHABLE, where);
    link().ledElsewhere(where);
  }

  /** Whether every look-up for so long has led to ourselves. */
  boolean hasLedToOurselvesFor(long nanos) {
    return isLeadingToOurselves && timers.nanoTime() - leadingToOurselvesNanos >= nanos;
  }

  /**
   * Somebody greets us by a name of it, whom our link does not lead to. That may be a new
   * incarnation of it, or anybody: looks for oneself who answers there.
   */
  void lookAgain(long greeting, String where) {
    namesakes.heard(greeting, where, timers.nanoTime());
    look();
  }

  /**
   * Looks who answers at its name now, as often as that may be, and not before an earlier look has
   * ended: that may have found who was there before.
   */
  void look() {
    long now = timers.nanoTime();
    if (!links.isLooking() && looks.permits(now)) {
      looks.take(now);
      links.lookAgain();
    } else if (!looksLater) {
      looksLater = true;
      timers.schedule(LOOK_LATER_MILLIS, this::lookLater);
    }
  }

  private void lookLater() {
    looksLater = false;
    if (!dismissed) {
      look();
    }
  }

  /** Where two replicas of its name are, if there are two; else null. */
  String twoOfItsName() {
    return namesakes.two(timers.nanoTime());
  }

  /**
   * It and we are content with each other on this connection.
   *
   * @return whether that is so on all links, so that it can be asked from now on
   */
  boolean admit(Handshake by) {
    if (!links.admit(by)) {
      return false;
    }
    met = true;
    complaints.isWell("replica " + name() + " is reachable");
    return true;
  }

  /**
   * Whether it may call on this connection too. It has a few at most, and each brings a heartbeat a
   * second: one that is silent is left over from a cut, and makes room.
   */
  boolean hasPlaceFor(Channel channel) {
    callers.removeIf(caller -> !caller.isOpen());
    if (callers.contains(channel) || callers.size() < MAX_CALLERS) {
      return true;
    }
    Channel quietest = Collections.max(callers, Comparator.comparingLong(Channel::silentNanos));
    if (quietest.silentNanos() < TWO_HEARTBEATS_NANOS) {
      return false;
    }
    callers.remove(quietest);
    quietest.close("silent, and the peer has made others");
    return true;
  }

  /** It has been admitted on this connection, and may call. */
  void addCaller(Channel channel) {
    callers.removeIf(caller -> caller == channel);
    callers.add(channel);
  }

  /** Why it is not admitted; empty if it is. */
  public String trouble() {
    return isAdmitted() ? "" : trouble;
  }

  /** The same in one word, for a call of a client that needs it; only while it is not admitted. */
  public Cause cause() {
    return cause;
  }

  /** It answers, and has something to do before it and we admit each other. */
  void hasNotAdmitted(String reason) {
    trouble = reason;
    cause = Cause.NOT_ADMITTED;
  }

  /** It answers, but cannot be admitted. */
  void isOfNoUse(Cause why, String reason) {
    trouble = reason;
    cause = why;
    complaints.say("replica " + name() + " is of no use to us: " + reason);
  }

  private void fail(Cause why, String reason) {
    trouble = reason;
    cause = why;
    complaints.say("replica " + name() + " is not reachable: " + reason);
  }

  /**
   * A connection to it has ended, or could not be made.
   *
   * @param silent whether it ended since it answered nothing in time
   */
  void lost(String reason, boolean silent) {
    lostNanos = isConnected ? timers.nanoTime() : lostNanos;
    isConnected = false;
    if (!dismissed && !reason.equals(trouble)) {
      fail(silent ? Cause.SILENT : Cause.UNREACHABLE, reason);
    }
  }

  /** Since when there is no connection to it, if there is none. */
  long lostNanos() {
    return lostNanos;
  }

  /** One link has ended: so does the other. */
  void endTogether(String reason) {
    links.endTogether(reason);
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

  /** The same, if anything is admitted in either direction. */
  void takeBackAdmission(String reason) {
    if (isAdmitted() || callers.stream().anyMatch(Channel::isOpen)) {
      greetAnew(reason);
    }
  }

  /** Ends those that are not of the one that is there now. */
  void closeCallersBut(Predicate<Channel> ofThePresentOne, String reason) {
    for (Channel caller : List.copyOf(callers)) {
      if (!ofThePresentOne.test(caller)) {
        callers.remove(caller);
        caller.close(reason);
      }
    }
  }

  /**
   * Ends all connections for good, those that it made as well. So the peer learns at once that it
   * has to greet us anew.
   */
  void dismiss(String reason) {
    dismissed = true;
    links.close(reason);
    callers.forEach(caller -> caller.close(reason));
  }

  boolean isDismissed() {
    return dismissed;
  }
}
