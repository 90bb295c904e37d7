package org.rkv.replica.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.rkv.net.Channel;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ServerCall;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;

/**
 * Decides who may call the procedures of replicas: one whom our own link to an entry of the replica
 * file has met, in the same incarnation and process, whose particulars are as they should be, and
 * that has proved to know the secret if there is one; if there is none, that calls from an address
 * of the entry. Belongs to the replica's thread.
 *
 * <pre>
 *   any     --RHELLO---------------------------> greeted
 *   greeted --RADMIT, all is as it should be---> admitted
 *   any     --RADMIT that is refused-----------> greeted
 * </pre>
 */
public final class PeerAuthenticator {
  /** How long a connection is left unread that greets too often. */
  private static final long REST_MILLIS = 1_000;

  private final LocalReplica self;
  private final Peers peers;
  private final Hearing hearing;
  private final Timers timers;
  private final GreetingRate rate = new GreetingRate();

  /** Admits those of this list. */
  public PeerAuthenticator(LocalReplica self, Peers peers, Hearing hearing, Timers timers) {
    this.self = self;
    this.peers = peers;
    this.hearing = hearing;
    this.timers = timers;
  }

  /** Whether this call comes from a replica of the file. */
  public boolean isFromPeer(ServerCall call) {
    return caller(call.channel()) != null;
  }

  /**
   * The replica at the other end, or null if it has not been admitted, or is in the file no more.
   */
  public InboundPeer caller(Channel channel) {
    return channel.attachment() instanceof InboundPeer caller && caller.isAdmitted(peers.all())
        ? caller
        : null;
  }

  /** RHELLO: remembers on the connection who says that it calls, and says who we are. */
  public Hello hello(Hello hello, ServerCall call) {
    if (call.channel().attachment() != null) {
      call.channel().rest(REST_MILLIS); // who calls us greets once
    }
    call.channel().attach(null); // what was granted before is not any more
    Hello answer = new Hello();
    answer.protocol = kv.PEER_PROTOCOL;
    answer.names = PeerMessages.names(self, "", Secret.nonce());
    if (hello.protocol == kv.PEER_PROTOCOL) {
      call.channel().attach(new InboundPeer(hello.names, answer.names));
      greeted(hello.names, call.remoteAddress());
    } else {
      // Release 1.0.0 reads this as a code that it does not know, and says so in its log.
      answer.names.start = 0;
      answer.names.nonce = new Bytes(new byte[0]);
    }
    return answer;
  }

  /** Somebody says that it is this one. */
  private void greeted(Names caller, InetSocketAddress from) {
    for (Peer peer : peers.all()) {
      if (peer.sent(caller.nonce.value)) {
        // Ours has come back: we stand where the peer should.
        peer.leadsToOurselves(GivenNames.TO_OURSELVES);
        return;
      }
    }
    if (caller.start == self.start() || peers.met(caller.incarnation, caller.start) != null) {
      return;
    }
    for (Peer peer : peers.all()) {
      PeerEntry entry = peer.entry();
      if (entry.isCalled(caller.name) || entry.mayCallFrom(from.getAddress())) {
        peer.lookAgain(caller.start, from.toString());
      }
    }
  }

  /**
   * RADMIT: judges who calls, or fails the call if too many of that address have proved nothing.
   *
   * @return the answer, with our proof if there is a secret
   */
  public Admission admit(Particulars theirs, ServerCall call) {
    if (!(call.channel().attachment() instanceof InboundPeer caller)) {
      return answer(kv.ADMIT_NOT_YET, PeerMessages.nothing());
    }
    if (caller.callee().start != self.start()) {
      // It would take us for the one that it greeted, and we would wait for it to meet us.
      call.channel().close("the incarnation that was greeted here is over");
      return answer(kv.ADMIT_NOT_YET, PeerMessages.nothing());
    }
    InetAddress from = call.remoteAddress().getAddress();
    boolean isMet = peers.met(caller.incarnation(), caller.caller().start) != null;
    if (!caller.isAdmitted() && !rate.permits(from, isMet, timers.coarseNanoTime())) {
      call.failSystemError();
      call.channel().rest(REST_MILLIS);
      return answer(kv.ADMIT_NOT_YET, PeerMessages.nothing());
    }
    caller.admit(null);
    Proofs proofs = new Proofs(self.secret(), caller.caller(), caller.callee());
    boolean proved = Secret.same(theirs.proof.value, proofs.ofCaller(theirs));
    if (!proved || self.secret().isNone() && !peers.mayCallFrom(from)) {
      rate.count(from, isMet, timers.coarseNanoTime());
    }
    Admission answer =
        proved
            ? judge(theirs, caller, call.channel())
            : answer(kv.ADMIT_OTHER_SECRET, PeerMessages.nothing());
    answer.callee.proof = new Bytes(proofs.ofCallee(answer.code, answer.callee, theirs));
    return answer;
  }

  private Admission judge(Particulars theirs, InboundPeer caller, Channel channel) {
    Names names = caller.caller();
    Peer peer = peers.met(names.incarnation, names.start);
    InetSocketAddress from = channel.remoteAddress();
    if (peer == null) {
      // Perhaps our list leaves it out.
      return answer(whyNotMet(names), peers.particulars());
    }
    if (self.secret().isNone() && !peer.entry().mayCallFrom(from.getAddress())) {
      return answer(kv.ADMIT_OTHER_ADDRESS, PeerMessages.nothing());
    }
    if (peer.twoOfItsName() != null) {
      return answer(kv.ADMIT_TWO_OF_ONE_NAME, PeerMessages.nothing());
    }
    if (!peer.hasPlaceFor(channel)) {
      return answer(kv.ADMIT_NOT_YET, peers.particulars());
    }
    Verdict verdict = hearing.judgeCaller(peer, theirs);
    if (verdict.isAdmitted()) {
      caller.admit(peer);
      peer.addCaller(channel);
      channel.admit();
    }
    return answer(verdict.code(), peers.particulars());
  }

  private int whyNotMet(Names caller) {
    if (self.openings().hasLaterThan(PeerMessages.opening(caller))) {
      return kv.ADMIT_LATER_OPENING;
    }
    return isAnotherKnownAs(caller) ? kv.ADMIT_OTHER_INCARNATION : kv.ADMIT_NOT_YET;
  }

  /**
   * Then it is not known to have a part in what we hold, whatever it was before; be it that another
   * process has its data directory, or a copy of it.
   */
  private boolean isAnotherKnownAs(Names caller) {
    return peers.all().stream()
        .anyMatch(
            peer ->
                peer.entry().isCalled(caller.name)
                    && peer.incarnation() != 0
                    && (peer.incarnation() != caller.incarnation || peer.start() != caller.start));
  }

  private static Admission answer(int code, Particulars callee) {
    Admission admission = new Admission();
    admission.code = code;
    admission.callee = callee;
    return admission;
  }
}
