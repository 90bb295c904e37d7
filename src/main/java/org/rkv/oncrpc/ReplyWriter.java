package org.rkv.oncrpc;

import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Channel;
import org.slf4j.Logger;

/**
 * Writes the replies of a server (RFC 5531 section 9), and counts the errors among them and the
 * calls whose reply is still to come. Belongs to the thread of the server.
 */
final class ReplyWriter {
  private final Logger log;
  private final XdrOutput reply = new XdrOutput(1024);
  private long errors;
  private int callsUnderWay;

  /** Reports to this log results that cannot be encoded. */
  ReplyWriter(Logger log) {
    this.log = log;
  }

  /** How many calls were answered with an error of RPC. */
  long errors() {
    return errors;
  }

  /** How many calls have been deferred and not answered yet. */
  int callsUnderWay() {
    return callsUnderWay;
  }

  /** Counts a call that came on this channel, and is answered later. */
  void deferred(Channel channel) {
    callsUnderWay++;
    channel.callDeferred();
  }

  /** Counts a deferred call off, since its reply is written next. */
  void deferredAnswered(Channel channel) {
    callsUnderWay--;
    channel.callAnswered();
  }

  /**
   * MSG_ACCEPTED, SUCCESS, and the results; SYSTEM_ERR instead if they cannot be encoded. To a
   * caller who is gone, nothing.
   */
  void results(Channel channel, int xid, XdrAble results) {
    if (!channel.isOpen()) {
      return;
    }
    beginAccepted(xid, RpcMessage.SUCCESS);
    try {
      results.xdrEncode(reply);
    } catch (Exception e) {
      log.error("the results for {} could not be encoded", channel.remoteAddress(), e);
      beginAccepted(xid, RpcMessage.SYSTEM_ERR);
    }
    channel.send(reply);
  }

  /** MSG_ACCEPTED with another status than SUCCESS or PROG_MISMATCH. */
  void acceptedWithError(Channel channel, int xid, int acceptStatus) {
    beginAccepted(xid, acceptStatus);
    channel.send(reply);
  }

  /** MSG_ACCEPTED, PROG_MISMATCH, and the versions that there are. */
  void programMismatch(Channel channel, int xid, Program program) {
    beginAccepted(xid, RpcMessage.PROG_MISMATCH);
    reply.xdrEncodeInt(program.lowVersion());
    reply.xdrEncodeInt(program.highVersion());
    channel.send(reply);
  }

  /** MSG_DENIED, RPC_MISMATCH 2 2. */
  void rpcMismatch(Channel channel, int xid) {
    beginDenied(xid, RpcMessage.RPC_MISMATCH);
    reply.xdrEncodeInt(RpcMessage.RPC_VERSION);
    reply.xdrEncodeInt(RpcMessage.RPC_VERSION);
    channel.send(reply);
  }

  /** MSG_DENIED, AUTH_ERROR, and why. */
  void authError(Channel channel, int xid, int authStatus) {
    beginDenied(xid, RpcMessage.AUTH_ERROR);
    reply.xdrEncodeInt(authStatus);
    channel.send(reply);
  }

  private void beginAccepted(int xid, int acceptStatus) {
    errors += acceptStatus == RpcMessage.SUCCESS ? 0 : 1;
    begin(xid, RpcMessage.MSG_ACCEPTED);
    reply.xdrEncodeInt(RpcMessage.AUTH_NONE);
    reply.xdrEncodeInt(0);
    reply.xdrEncodeInt(acceptStatus);
  }

  private void beginDenied(int xid, int rejectStatus) {
    errors++;
    begin(xid, RpcMessage.MSG_DENIED);
    reply.xdrEncodeInt(rejectStatus);
  }

  private void begin(int xid, int replyStatus) {
    reply.reset();
    reply.xdrEncodeInt(xid);
    reply.xdrEncodeInt(RpcMessage.REPLY);
    reply.xdrEncodeInt(replyStatus);
  }
}
