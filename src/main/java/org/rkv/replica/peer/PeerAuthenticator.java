package org.rkv.replica.peer;

import org.rkv.net.Channel;
import org.rkv.oncrpc.ServerCall;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;

/**
 * Decides who may call the procedures of replicas: a caller who said RHELLO on this very
 * connection, from an address of the replica file, with our limits, and who has proved to know the
 * secret if there is one. Belongs to the replica's thread.
 *
 * <pre>
 *   any     --RHELLO, all is as it should be, no secret--> admitted
 *   any     --RHELLO, the same, with a secret-----------> greeted
 *   greeted --RPROVE, the proof is right----------------> admitted
 *   any     --RHELLO that is refused--------------------> unknown
 * </pre>
 */
public final class PeerAuthenticator {
  private final LocalReplica self;
  private final Peers peers;

  /** Admits those of this list. */
  public PeerAuthenticator(LocalReplica self, Peers peers) {
    this.self = self;
    this.peers = peers;
  }

  /** Whether this call comes from a replica of the file. */
  public boolean isFromPeer(ServerCall call) {
    return caller(call.channel()) != null;
  }

  /**
   * The replica at the other end, or null if it has not been admitted, or is in the file no more.
   */
  public InboundPeer caller(Channel channel) {
    return channel.attachment() instanceof InboundPeer caller
            && caller.isAdmitted()
            && peers.all().contains(caller.peer())
        ? caller
        : null;
  }

  /**
   * RHELLO: judges who calls, and remembers it on the connection.
   *
   * @return the answer, with our proof if there is a secret
   */
  public Welcome welcome(Hello hello, ServerCall call) {
    call.channel().attach(null); // what was granted before is not, if this greeting is refused
    byte[] nonce = self.secret().nonce();
    Peer peer = peers.at(call.remoteAddress().getAddress(), hello.port);
    Welcome welcome = new Welcome();
    welcome.code = judge(hello, peer);
    welcome.name = self.name();
    welcome.origin = self.incarnation();
    welcome.state = self.state();
    welcome.nonce = new Bytes(nonce);
    welcome.proof = new Bytes(self.secret().calleesProof(welcome.code, hello.nonce.value, nonce));
    if (welcome.code == kv.HELLO_OK) {
      InboundPeer caller =
          new InboundPeer(
              peer,
              hello.origin,
              hello.state,
              self.secret().callersProof(hello.nonce.value, nonce));
      call.channel().attach(caller);
      if (self.secret().isNone()) {
        admit(caller, call.channel());
      }
    }
    return welcome;
  }

  private int judge(Hello hello, Peer peer) {
    if (hello.origin == self.incarnation()) {
      return kv.HELLO_ITSELF;
    }
    if (peer == null) {
      return peers.areAllLocated() ? kv.HELLO_NOT_LISTED : kv.HELLO_NOT_YET;
    }
    if (hello.capacity != self.limits().capacity()
        || hello.max_length != self.limits().maxLength()) {
      return kv.HELLO_OTHER_LIMITS;
    }
    if (!self.secret().matches(hello.nonce.value)) {
      return kv.HELLO_OTHER_SECRET;
    }
    // One that does not serve cannot give back what the caller would forget.
    return self.isServing() && peers.isExpelled(hello.origin) ? kv.HELLO_STALE : kv.HELLO_OK;
  }

  /**
   * RPROVE: admits a caller that said RHELLO on this connection, if the proof is right.
   *
   * @return HELLO_OK or HELLO_OTHER_SECRET
   */
  public int prove(byte[] proof, ServerCall call) {
    if (!(call.channel().attachment() instanceof InboundPeer caller)
        || self.secret().isNone()
        || !Secret.same(proof, caller.expectedProof())) {
      return kv.HELLO_OTHER_SECRET;
    }
    admit(caller, call.channel());
    return kv.HELLO_OK;
  }

  private void admit(InboundPeer caller, Channel channel) {
    caller.admit();
    caller.peer().addCaller(channel);
    peers.greetedBy(caller.peer(), caller.incarnation(), caller.greetedState());
  }
}
