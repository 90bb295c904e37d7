package org.rkv.oncrpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.acplt.oncrpc.server.OncRpcServerReplyMessage;
import org.rkv.net.Channel;

/**
 * A call that a server received, as the generated dispatch sees it. A procedure that cannot answer
 * yet calls {@link #defer} and returns anything: the reply that the dispatch then makes is dropped,
 * and the real one goes out with {@link #answer} whenever it is known. Belongs to the thread of its
 * server.
 */
public final class ServerCall extends OncRpcCallInformation {
  private final ReplyWriter replies;
  private final XdrInput arguments;
  private final Channel channel;
  private final int xid;
  private final int procedure;
  private final CallListener listener;
  private final long cameNanos;
  private boolean deferred;
  private boolean answered;

  /**
   * A call that has not been answered.
   *
   * @param arguments stands at the arguments until the procedure returns
   * @param listener hears that it was answered, or refused
   */
  ServerCall(
      ReplyWriter replies,
      XdrInput arguments,
      Channel channel,
      int xid,
      int procedure,
      CallListener listener) {
    super(UnusedTransport.INSTANCE);
    this.replies = replies;
    this.arguments = arguments;
    this.channel = channel;
    this.xid = xid;
    this.procedure = procedure;
    this.listener = listener;
    cameNanos = listener.nanoTime();
  }

  /** The caller's address. */
  public InetSocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  /** The channel that the call came on, to which what is known of a caller is attached. */
  public Channel channel() {
    return channel;
  }

  /** Has the reply come later, through {@link #answer}. Does nothing after a reply. */
  public void defer() {
    if (!deferred && !answered) {
      deferred = true;
      replies.deferred(channel);
    }
  }

  /**
   * Replies with the results of the procedure. Only the first reply to a call is sent; to a caller
   * who is gone, none.
   */
  public void answer(XdrAble results) {
    if (markAnswered()) {
      replies.results(channel, xid, results);
      listener.answered(procedure, results, cameNanos);
    }
  }

  private boolean markAnswered() {
    if (answered) {
      return false;
    }
    answered = true;
    if (deferred) {
      replies.deferredAnswered(channel);
    }
    return true;
  }

  @Override
  public void retrieveCall(XdrAble call) throws OncRpcException, IOException {
    call.xdrDecode(arguments);
  }

  @Override
  public XdrDecodingStream getXdrDecodingStream() {
    return arguments;
  }

  /**
   * Called by the generated dispatch with what the procedure returned. That means nothing if the
   * call is deferred: its results are not known yet.
   */
  @Override
  public void reply(XdrAble results) {
    if (!deferred) {
      answer(results);
    }
  }

  @Override
  public void failProcedureUnavailable() {
    fail(RpcMessage.PROC_UNAVAIL);
  }

  @Override
  public void failProgramUnavailable() {
    fail(RpcMessage.PROG_UNAVAIL);
  }

  @Override
  public void failSystemError() {
    fail(RpcMessage.SYSTEM_ERR);
  }

  @Override
  public void failAuthenticationFailed(int authStatus) {
    if (markAnswered()) {
      replies.authError(channel, xid, authStatus);
      listener.refused(procedure);
    }
  }

  private void fail(int acceptStatus) {
    if (markAnswered()) {
      replies.acceptedWithError(channel, xid, acceptStatus);
    }
  }

  /** The server writes replies itself; nothing of the stub comes this way. */
  @Override
  public void reply(OncRpcServerReplyMessage state, XdrAble reply) {
    throw new UnsupportedOperationException("replies are written by RpcServer");
  }
}
