package org.rkv.replica;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kvClient;
import org.rkv.wire.Answers;
import org.rkv.wire.GroupClient;
import org.rkv.wire.Link;
import org.rkv.wire.Network;
import org.rkv.wire.Timers;
import org.slf4j.Logger;

/**
 * Another replica, as this one sees it: its name and the link to it. It counts as reachable once it
 * has answered a first call, since the operating system of a frozen process still accepts
 * connections.
 */
final class Peer implements Link.Listener, Answers {
  private final ReplicaAddress address;
  private final Logger log;
  private final Link link;
  private final kvClient greeting;
  private final GroupClient client = new GroupClient(KvProgram.PROGRAM, true);
  private boolean unreachable;
  private String lastReason = "";

  Peer(ReplicaAddress address, Network network, Timers timers, long timeoutMillis, Logger log)
      throws OncRpcException, IOException {
    this.address = address;
    this.log = log;
    this.link = new Link(address.host(), address.port(), network, timers, timeoutMillis, this);
    this.greeting = new kvClient(client);
  }

  /** The name in the replica file. */
  String name() {
    return address.name();
  }

  ReplicaAddress address() {
    return address;
  }

  Link link() {
    return link;
  }

  /** Whether it answers, as far as is known. */
  boolean isReachable() {
    return link.isAdmitted();
  }

  @Override
  public void connected() {
    client.to(List.of(link), this);
    try {
      greeting.nullproc();
    } catch (OncRpcException e) {
      throw new IllegalStateException("NULL has nothing to encode", e);
    }
  }

  @Override
  public void answered(int index, XdrAble result) {
    link.admit();
    unreachable = false;
    lastReason = "";
    log.info("replica {} is reachable", name());
  }

  /** NULL was refused or not answered; if the connection is still there, it is not to a replica. */
  @Override
  public void failed(int index, String reason) {
    link.disconnect(reason);
  }

  @Override
  public void disconnected(String reason) {
    boolean news = !unreachable || !reason.equals(lastReason);
    unreachable = true;
    lastReason = reason;
    if (news) {
      log.warn("replica {} is not reachable: {}", name(), reason);
    }
  }
}
