package org.rkv.replica.peer;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.Channel;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.Xids;
import org.rkv.rpc.Names;

/**
 * The way to one peer: one link, or two where the limits allow large values: what comes after a
 * value of 1 MiB on a connection waits until that has been sent, so large calls have a link of
 * their own. Both are one way, nevertheless: the peer can be asked while both are admitted, and
 * they end together. One more link, the probe, is opened at times only to look who answers there.
 * Belongs to the thread of its links.
 */
final class PeerLinks {
  private final Handshake handshake;

  /** The same one where nothing is large. */
  private final Handshake largeHandshake;

  private final Handshake probe;
  private final List<Link> links;

  /**
   * Nothing is opened.
   *
   * @param list our entries, ourselves among them
   * @param greeting hears what comes of the handshakes on the one link, or both
   * @param probing hears what comes of the probe's
   */
  PeerLinks(
      ReplicaAddress address,
      LocalReplica self,
      Xids xids,
      Supplier<List<Listing>> list,
      Handshake.Listener greeting,
      Handshake.Listener probing,
      Network network,
      Timers timers,
      long timeoutMillis)
      throws OncRpcException, IOException {
    handshake = new Handshake(greeting, self, address, xids, list, network, timers, timeoutMillis);
    if (Channel.isLarge(self.limits().maxLength())) {
      largeHandshake =
          new Handshake(greeting, self, address, xids, list, network, timers, timeoutMillis);
      largeHandshake.link().reserveForLargeCalls();
    } else {
      largeHandshake = handshake;
    }
    probe = new Handshake(probing, self, address, xids, list, network, timers, timeoutMillis);
    links = Stream.of(handshake, largeHandshake).distinct().map(Handshake::link).toList();
  }

  /** Without the probe. */
  List<Link> all() {
    return links;
  }

  /** For calls that are not large. */
  Link link() {
    return handshake.link();
  }

  /** For calls that are large, or have a large answer. */
  Link largeLink() {
    return largeHandshake.link();
  }

  /** The same entry, spelled or resolved in another way. */
  void setAddress(ReplicaAddress address) {
    Stream.of(handshake, largeHandshake, probe).forEach(each -> each.setAddress(address));
  }

  boolean isAdmitted() {
    return link().isAdmitted() && largeLink().isAdmitted();
  }

  /** Who answers; null if that is not known, be there a connection or not. */
  Names callee() {
    return handshake.callee();
  }

  /** Whether one of our greetings there had this nonce. */
  boolean sent(byte[] nonce) {
    return handshake.sent(nonce) || largeHandshake.sent(nonce) || probe.sent(nonce);
  }

  boolean isBusy() {
    return link().isBusy() || largeLink().isBusy();
  }

  /** Asks for the peer's particulars, if it is known to answer. */
  void ask() {
    handshake.ask();
  }

  /** Tells it all of ourselves on each link, before our next call over that one. */
  void tell() {
    Stream.of(handshake, largeHandshake).distinct().forEach(Handshake::tell);
  }

  /**
   * Looks who answers there now; by the probe, which must not be {@link #isLooking}, if somebody is
   * known to answer already.
   */
  void lookAgain() {
    if (callee() == null) {
      link().hurry();
    } else {
      probe.link().open();
    }
  }

  /** Whether the probe has not yet seen who answers. */
  boolean isLooking() {
    return probe.link().isOpen();
  }

  /**
   * Both sides are content with each other on the connection of this handshake. Opens the second
   * link then, if it is not open; else calls may be made from now on.
   *
   * @return whether they may
   */
  boolean admit(Handshake by) {
    by.accept();
    if (!largeHandshake.isDone()) {
      largeLink().open();
      return false;
    }
    links.forEach(Link::admit);
    return true;
  }

  /** One has ended: so does the other. The second waits until the first is admitted again. */
  void endTogether(String reason) {
    if (largeHandshake != handshake) {
      largeLink().suspend(reason);
    }
    link().disconnect(reason);
  }

  /** Ends all, for good. */
  void close(String reason) {
    links.forEach(link -> link.close(reason));
    probe.link().close(reason);
  }
}
