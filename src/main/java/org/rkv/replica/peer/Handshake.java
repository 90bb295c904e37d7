package org.rkv.replica.peer;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * The first calls on each connection of one link to a peer: RHELLO, and RPROVE if there is a
 * secret. What comes of them the {@link Peer} hears, and admits the link to carry anything else.
 */
final class Handshake implements Link.Listener {
  private final Peer peer;
  private final LocalReplica self;
  private final Link link;
  private final GroupClient client = new GroupClient(KvProgram.PROGRAM, true);
  private final kvClient stub = new kvClient(client);
  private byte[] nonce = {};
  private boolean done;

  Handshake(Peer peer, LocalReplica self, Network network, Timers timers, long timeoutMillis)
      throws OncRpcException, IOException {
    this.peer = peer;
    this.self = self;
    ReplicaAddress address = peer.address();
    this.link = new Link(address.host(), address.port(), network, timers, timeoutMillis, this);
  }

  Link link() {
    return link;
  }

  /** Whether it is done, on the connection that there is now. */
  boolean isDone() {
    return done;
  }

  void done() {
    done = true;
  }

  @Override
  public void connected() {
    peer.isFoundAt(link.remoteAddress());
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

  @Override
  public void disconnected(String reason) {
    done = false;
    peer.disconnected(reason);
  }

  private void welcomed(Welcome welcome) {
    if (!self.secret().isNone() && !proves(welcome)) {
      // Whatever it says, and whoever it is: one that knows the secret proves it.
      peer.refuse("it has no secret, or another one");
    } else {
      peer.welcomed(this, welcome);
    }
  }

  private boolean proves(Welcome welcome) {
    return self.secret().matches(welcome.nonce.value)
        && Secret.same(
            welcome.proof.value,
            self.secret().calleesProof(welcome.code, nonce, welcome.nonce.value));
  }

  /** Goes on with a peer that welcomes us: to RPROVE, or to the end if there is no secret. */
  void prove(Welcome welcome) {
    if (self.secret().isNone()) {
      peer.greeted(this, welcome);
      return;
    }
    client.to(List.of(link), new Proof(welcome));
    try {
      stub.RPROVE_1(new Bytes(self.secret().callersProof(nonce, welcome.nonce.value)));
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a proof could not be encoded", e);
    }
  }

  /** What RHELLO comes to. */
  private final class Greeting implements ReplyCollector {
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
  private final class Proof implements ReplyCollector {
    private final Welcome welcome;

    Proof(Welcome welcome) {
      this.welcome = welcome;
    }

    @Override
    public void answered(int index, XdrAble result) {
      if (((XdrInt) result).intValue() == kv.HELLO_OK) {
        peer.greeted(Handshake.this, welcome);
      } else {
        peer.refuse("it has another secret");
      }
    }

    @Override
    public void failed(int index, String reason) {
      link.disconnect("it does not answer our proof: " + reason);
    }
  }
}
