package org.rkv.replica.peer;

import java.net.InetSocketAddress;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Names;

/**
 * Looks who answers at the entry of a peer when somebody new greets us by its name: if it is
 * another life of the peer than the one we are connected with, that has ended. Once is enough: who
 * greets us again is looked for again. Belongs to the thread of its link.
 */
final class Probe implements Handshake.Listener {
  private final Peer peer;
  private final Hearing hearing;

  /** Of this peer, as long as it is listed. */
  Probe(Peer peer, Hearing hearing) {
    this.peer = peer;
    this.hearing = hearing;
  }

  @Override
  public void connected(InetSocketAddress remoteAddress) {}

  @Override
  public void met(Handshake by, Names callee) {
    if (hearing.whyNot(peer, callee) == null && !peer.isMet(callee.incarnation, callee.start)) {
      peer.greetAnew("it has restarted");
      peer.link().hurry();
    }
    by.link().suspend("seen who it is");
  }

  /** Never: nothing is asked. */
  @Override
  public void answered(Handshake by, Admission admission, long askedNanos) {}

  @Override
  public void refused(Handshake by, String reason) {
    by.link().suspend(reason);
  }

  @Override
  public void disconnected(Handshake by, String reason) {
    by.link().suspend(reason);
  }
}
