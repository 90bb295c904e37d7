package org.rkv.replica.peer;

import java.net.InetSocketAddress;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Names;

/**
 * Looks who answers at the entry of a peer when somebody new greets us by its name, or another
 * entry leads to where our link has led: if it is another one than the one we are connected with,
 * that one has ended, or the name had led astray. Once is enough: who greets us again, or is found
 * again, is looked for again. Belongs to the thread of its link.
 */
final class Probe implements Handshake.Listener {
  private final Peer peer;
  private final Hearing hearing;
  private boolean seen;

  /** Of this peer, as long as it is listed. */
  Probe(Peer peer, Hearing hearing) {
    this.peer = peer;
    this.hearing = hearing;
  }

  @Override
  public void connected(InetSocketAddress remoteAddress) {
    seen = false;
  }

  @Override
  public void met(Handshake by, Names callee) {
    if (hearing.whyNot(peer, callee) != null) {
      hearing.ledToAnother(peer, callee); // whose own link may have been led astray as well
    } else if (!peer.isMet(callee.incarnation, callee.start)) {
      peer.greetAnew("it has restarted");
      peer.link().hurry();
    }
    seen = true;
    by.link().suspend("seen who it is");
  }

  /** Never: nothing is asked. */
  @Override
  public void answered(Handshake by, Admission admission, long askedNanos) {}

  @Override
  public void refused(Handshake by, String reason) {
    by.link().suspend(reason);
  }

  /**
   * Nobody answers there, so our link may lead to where the name led before, by mistake. One that
   * is admitted is right for sure.
   */
  @Override
  public void disconnected(Handshake by, String reason) {
    boolean nobodyAnswers = !seen;
    seen = false;
    by.link().suspend(reason);
    if (nobodyAnswers && !peer.isAdmitted()) {
      peer.disconnect("nobody answers at its name");
    }
  }
}
