package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
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
 * secret. What comes of them its {@link Listener} hears, and admits the link to carry anything
 * else.
 *
 * <pre>
 *   no connection --connected--> RHELLO sent --welcome, no secret-----------> greeted --accept--> done
 *         ^                          |   \                                       ^
 *         |                          |    \--welcome, secret--> RPROVE sent -----/
 *         |                          |                               |
 *         +--- link disconnected <---+------- refused, or silent ----+
 * </pre>
 *
 * <p>Belongs to the thread of its link.
 */
final class Handshake {
  /** Hears what comes of a handshake. */
  interface Listener {
    /** The link has a connection, to this address. */
    void connected(InetSocketAddress remoteAddress);

    /**
     * The other end has answered RHELLO, and has proved to know the secret if we have one. The
     * listener judges the answer, and goes on with {@link Handshake#prove} if it is content.
     */
    void welcomed(Handshake by, Welcome welcome);

    /** The other end has admitted us. It is the listener's to say {@link Handshake#accept}. */
    void greeted(Handshake by, Welcome welcome);

    /** The other end does not know our secret, or does not take our proof. */
    void refused(String reason);

    /** The connection has ended, or could not be made; the link tries again by itself. */
    void disconnected(String reason);
  }

  private final Listener listener;
  private final LocalReplica self;
  private final Link link;
  private final GroupClient client = new GroupClient(KvProgram.PROGRAM, true);
  private final kvClient stub = new kvClient(client);
  private byte[] nonce = {};
  private boolean done;

  Handshake(
      Listener listener,
      LocalReplica self,
      ReplicaAddress address,
      Network network,
      Timers timers,
      long timeoutMillis)
      throws OncRpcException, IOException {
    this.listener = listener;
    this.self = self;
    link =
        new Link(address.host(), address.port(), network, timers, timeoutMillis, new LinkEvents());
  }

  Link link() {
    return link;
  }

  /** Whether both sides are content, on the connection that there is now. */
  boolean isDone() {
    return done;
  }

  /** Ends the handshake: both sides have admitted each other on this connection. */
  void accept() {
    done = true;
  }

  /** Greets, and again after each new connection. */
  private final class LinkEvents implements Link.Listener {
    @Override
    public void connected() {
      listener.connected(link.remoteAddress());
      greet();
    }

    @Override
    public void disconnected(String reason) {
      done = false;
      listener.disconnected(reason);
    }
  }

  private void greet() {
    nonce = self.secret().nonce();
    Hello hello = new Hello();
    hello.name = self.name();
    hello.port = self.port();
    hello.origin = self.incarnation();
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
      listener.refused("it has no secret, or another one");
    } else {
      listener.welcomed(this, welcome);
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
      listener.greeted(this, welcome);
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
        listener.greeted(Handshake.this, welcome);
      } else {
        listener.refused("it has another secret");
      }
    }

    @Override
    public void failed(int index, String reason) {
      link.disconnect("it does not answer our proof: " + reason);
    }
  }
}
