package org.rkv.replica.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.rkv.replica.observe.Cause;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Names;
import org.rkv.rpc.kv;

/**
 * Greets one peer until it and we admit each other, on all links to it, and again when that is
 * over. What the {@link Handshake} of each connection comes to is heard here; what is to be thought
 * of it says the {@link Hearing}.
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
 * <p>Belongs to the thread of the links.
 */
final class Greeting implements Handshake.Listener {
  /** How often an entry is asked whether it admits us now, if it only has to meet us. */
  private static final long NOT_YET_MILLIS = 50;

  /** The same of one that has another reason. */
  private static final long REFUSED_MILLIS = 500;

  private final Peer peer;
  private final LocalReplica self;
  private final Hearing hearing;

  /** Of this peer, as long as it is listed. */
  Greeting(Peer peer, LocalReplica self, Hearing hearing) {
    this.peer = peer;
    this.self = self;
    this.hearing = hearing;
  }

  @Override
  public void resolved(List<InetAddress> addresses) {
    peer.entry().resolved(addresses);
  }

  @Override
  public void connected(InetSocketAddress remoteAddress) {
    peer.connected(remoteAddress);
  }

  @Override
  public void met(Handshake by, Names callee) {
    if (callee.start == self.start()) {
      peer.leadsToOurselves(GivenNames.TO_OURSELVES);
      return;
    }
    if (leadsElsewhere(callee)) {
      return;
    }
    peer.leadsTo(callee.start);
    if (!peer.isMet(callee.incarnation, callee.start)) {
      // The second link leads to another life of it than the first.
      peer.disconnect("it has restarted");
      return;
    }
    hearing.met(peer, callee);
    by.ask();
  }

  /** Looks whether this is another one of the list: then there is nothing to ask him here. */
  private boolean leadsElsewhere(Names callee) {
    String whyNot = hearing.whyNot(peer, callee);
    if (whyNot == null) {
      return false;
    }
    hearing.ledToAnother(peer, callee);
    peer.leadsElsewhere(whyNot);
    return true;
  }

  @Override
  public void answered(Handshake by, Admission admission, long askedNanos) {
    if (!by.isDone() && leadsElsewhere(by.callee())) {
      return; // since we asked a third has told whose name that is
    }
    if (hearing.named(peer, by.callee())) {
      by.ask(); // our list did not have the name yet
      return;
    }
    boolean knowsAnother =
        admission.code == kv.ADMIT_OTHER_INCARNATION || admission.code == kv.ADMIT_TWO_OF_ONE_NAME;
    peer.told().setKnowsAnother(knowsAnother);
    peer.told().setKnowsACopy(admission.code == kv.ADMIT_TWO_OF_ONE_DIRECTORY);
    if (!knowsAnother) {
      peer.told().answered(askedNanos);
    }
    switch (admission.code) {
      case kv.ADMIT_NOT_YET, kv.ADMIT_OTHER_INCARNATION -> notMet(by, admission);
      case kv.ADMIT_OTHER_SECRET ->
          refuse(by, Cause.OTHER_SECRET, "it has no secret, or another one");
      case kv.ADMIT_OTHER_ADDRESS ->
          refuse(by, Cause.NOT_ADMITTED, "it does not know the address that we call from");
      case kv.ADMIT_LATER_OPENING -> {
        hearing.isOld(peer, admission.callee);
        refuse(
            by,
            Cause.NOT_ADMITTED,
            "another process has gone on with our data directory, or a copy of it");
      }
      case kv.ADMIT_TWO_OF_ONE_NAME ->
          refuse(by, Cause.NOT_ADMITTED, "it knows two replicas of our name");
      default -> judge(by, admission, askedNanos);
    }
  }

  private void notMet(Handshake by, Admission admission) {
    String whyNever = hearing.whyNever(peer, admission.callee);
    if (peer.isDismissed()) {
      return;
    }
    if (whyNever != null) {
      refuse(by, Cause.NOT_ADMITTED, whyNever);
    } else {
      notYet(
          by,
          peer.told().knowsAnother()
              ? "it has met another one of our name"
              : "it has not met us on a connection of its own");
    }
  }

  private void judge(Handshake by, Admission admission, long askedNanos) {
    if (admission.callee.history == null || admission.callee.list.length == 0) {
      refuse(by, Cause.NOT_ADMITTED, "it answers our greeting with code " + admission.code);
      return;
    }
    peer.told().toldParticulars(askedNanos);
    Verdict ours = hearing.judge(peer, admission.callee);
    if (peer.isDismissed()) {
      return; // judging it has ended this incarnation of ours
    }
    String two = peer.twoOfItsName();
    if (by.isDone()) {
      if (!ours.isAdmitted() || admission.code != kv.ADMITTED) {
        peer.greetAnew("we do not agree any more");
      }
    } else if (two != null) {
      refuse(by, Cause.NOT_ADMITTED, "there are two of its name, at " + two);
    } else if (!ours.isAdmitted()) {
      refuse(by, ours.cause(), ours.reason());
    } else if (peer.told().knowsACopy()) {
      refuse(
          by,
          Cause.NOT_ADMITTED,
          "another replica that it reaches has a copy of our data directory");
    } else if (admission.code != kv.ADMITTED) {
      notYet(by, "it does not agree with us yet");
    } else if (peer.admit(by)) {
      hearing.admitted(peer);
    }
  }

  private void notYet(Handshake by, String reason) {
    peer.hasNotAdmitted(reason);
    if (by.isDone()) {
      peer.greetAnew(reason);
      return;
    }
    by.askAgain(NOT_YET_MILLIS);
  }

  /** The connection stays: so it is known that it is there, and what it says. */
  private void refuse(Handshake by, Cause cause, String reason) {
    peer.isOfNoUse(cause, reason);
    by.askAgain(REFUSED_MILLIS);
    hearing.refused(peer);
  }

  @Override
  public void refused(Handshake by, String reason) {
    peer.isOfNoUse(Cause.NOT_ADMITTED, reason);
    peer.disconnect(reason);
  }

  /** The other link's connection ends with it. */
  @Override
  public void disconnected(Handshake by, String reason) {
    peer.lost(reason, by.link().wasSilent());
    hearing.lost(peer, reason);
    peer.endTogether(reason);
  }
}
