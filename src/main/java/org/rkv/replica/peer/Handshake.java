package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.oncrpc.Xids;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * The first calls on each connection of one link to a peer: RHELLO, by which both learn who the
 * other is and which gives no right, and RADMIT, by which they tell all else of themselves and,
 * with a secret, prove it. What comes of them its {@link Listener} hears, and admits the link to
 * carry anything else.
 *
 * <pre>
 *   no connection --connected--> RHELLO sent --names--> met --ask--> RADMIT sent --admitted--> done
 *         ^                          |                   ^               |                       |
 *         |                          |                   +--not (yet)----+                       |
 *         +--- link disconnected <---+-- silent, another release, or somebody else -------------+
 * </pre>
 *
 * <p>Belongs to the thread of its link.
 */
final class Handshake {
  /** Hears what comes of a handshake. */
  interface Listener {
    /** The host of the link has these addresses now. */
    default void resolved(List<InetAddress> addresses) {}

    /** The link has a connection, to this address. */
    void connected(InetSocketAddress remoteAddress);

    /**
     * It is known who answers. The listener goes on with {@link Handshake#ask} if it is content.
     */
    void met(Handshake by, Names callee);

    /**
     * The other end has told its particulars, and has proved to know the secret if we have one. The
     * listener judges what was so at some moment after we asked, and says {@link Handshake#accept}
     * or {@link Handshake#askAgain}.
     */
    void answered(Handshake by, Admission admission, long askedNanos);

    /** The other end is no replica of ours, whatever the name. */
    void refused(Handshake by, String reason);

    /** The connection has ended, or could not be made; the link tries again by itself. */
    void disconnected(Handshake by, String reason);
  }

  private final Listener listener;
  private final LocalReplica self;
  private String meant;
  private final Supplier<List<Listing>> list;
  private final Timers timers;
  private final Link link;
  private final GroupClient client;
  private final kvClient stub;

  /** Of the connection that there is: what we said of ourselves, and who answered, or null. */
  private Names caller;

  private Names callee;

  /** How many answers to RADMIT are awaited. */
  private int asked;

  /** While one was awaited, which may be about what was so before. */
  private boolean askedMeanwhile;

  private boolean done;

  /** It is asked once more then, or null: one for all reasons, else each would go on for itself. */
  private Timers.Timer next;

  /**
   * Does nothing until its link is opened.
   *
   * @param list our entries, ourselves among them
   */
  Handshake(
      Listener listener,
      LocalReplica self,
      ReplicaAddress address,
      Xids xids,
      Supplier<List<Listing>> list,
      Network network,
      Timers timers,
      long timeoutMillis)
      throws OncRpcException, IOException {
    this.listener = listener;
    this.self = self;
    meant = address.text();
    this.list = list;
    this.timers = timers;
    client = new GroupClient(KvProgram.PROGRAM, xids, true);
    stub = new kvClient(client);
    link =
        new Link(address.host(), address.port(), network, timers, timeoutMillis, new LinkEvents());
  }

  Link link() {
    return link;
  }

  /** The same entry is written in another way, which counts from the next connection on. */
  void setAddress(ReplicaAddress address) {
    meant = address.text();
    link.setServer(address.host(), address.port());
  }

  /** Who answers on the connection that there is; null if that is not known. */
  Names callee() {
    return callee;
  }

  /** Whether this greeting is ours: it has come back to us. */
  boolean sent(byte[] nonce) {
    return caller != null && Secret.same(caller.nonce.value, nonce);
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
    public void resolved(List<InetAddress> addresses) {
      listener.resolved(addresses);
    }

    @Override
    public void connected() {
      listener.connected(link.remoteAddress());
      greet();
    }

    @Override
    public void disconnected(String reason) {
      caller = null;
      callee = null;
      askedMeanwhile = false;
      done = false;
      askNoMore();
      listener.disconnected(Handshake.this, reason);
    }
  }

  private void greet() {
    caller = PeerMessages.names(self, meant, Secret.nonce());
    Hello hello = new Hello();
    hello.protocol = kv.PEER_PROTOCOL;
    hello.names = caller;
    client.to(List.of(link), new Greeted());
    try {
      stub.RHELLO_1(hello);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a greeting could not be encoded", e);
    }
  }

  /**
   * Tells all of ourselves, and asks to be admitted, or whether we still are; when that is being
   * asked, once that is answered.
   */
  void ask() {
    askedMeanwhile = asked > 0;
    if (!askedMeanwhile) {
      tell();
    }
  }

  /**
   * The same at once: whoever answers has read it before what we call for on this connection from
   * now on. Else what is asked already may say less of us.
   */
  void tell() {
    if (callee == null) {
      return; // it will be asked when it is known
    }
    asked++;
    Particulars particulars = PeerMessages.particulars(self, list.get());
    Proofs proofs = new Proofs(self.secret(), caller, callee);
    particulars.proof = new Bytes(proofs.ofCaller(particulars));
    client.to(List.of(link), new Asked(proofs, particulars));
    try {
      stub.RADMIT_1(particulars);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("our particulars could not be encoded", e);
    }
  }

  /** Asks once more after a while, if the connection is still the same; only then. */
  void askAgain(long delayMillis) {
    askNoMore();
    Names met = callee;
    next =
        timers.schedule(
            delayMillis,
            () -> {
              next = null;
              if (callee == met && !done) {
                ask();
              }
            });
  }

  private void askNoMore() {
    if (next != null) {
      next.cancel();
      next = null;
    }
  }

  /** What RHELLO comes to. */
  private final class Greeted implements ReplyCollector {
    @Override
    public void answered(int index, XdrAble result) {
      Hello hello = (Hello) result;
      if (hello.protocol != kv.PEER_PROTOCOL) {
        listener.refused(Handshake.this, "it is of another release, which greets in another way");
        return;
      }
      callee = hello.names;
      listener.met(Handshake.this, callee);
    }

    @Override
    public void failed(int index, String reason) {
      link.disconnect("it does not answer our greeting, or is of another release: " + reason);
    }
  }

  /** What RADMIT comes to. */
  private final class Asked implements ReplyCollector {
    private final Proofs proofs;
    private final Particulars said;
    private final long askedNanos = timers.nanoTime();

    Asked(Proofs proofs, Particulars said) {
      this.proofs = proofs;
      this.said = said;
    }

    @Override
    public void answered(int index, XdrAble result) {
      asked--;
      Admission admission = (Admission) result;
      byte[] expected = proofs.ofCallee(admission.code, admission.callee, said);
      if (!Secret.same(admission.callee.proof.value, expected)) {
        // Whatever it says, and whoever it is: one that knows the secret proves it.
        listener.refused(Handshake.this, "it has no secret, or another one, or we have none");
      } else {
        listener.answered(Handshake.this, admission, askedNanos);
      }
      if (askedMeanwhile && asked == 0) {
        ask();
      }
    }

    @Override
    public void failed(int index, String reason) {
      asked--;
      link.disconnect("it does not admit us: " + reason);
    }
  }
}
