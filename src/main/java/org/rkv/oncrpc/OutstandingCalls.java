package org.rkv.oncrpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.net.Channel;

/**
 * The calls under way on one channel, in the order in which they were sent, matched to their
 * replies by xid. Of every call it knows whether the operating system has taken all of it: one
 * whose last byte was never taken is surely not executed.
 *
 * <p>What becomes of a connection that breaks, or of a call that waits for too long, is its owner's
 * matter. Belongs to the thread of its channel.
 *
 * @param <C> what the owner knows a call by
 */
public final class OutstandingCalls<C> {
  /** Why a call failed whose results are not what its procedure returns, as libtirpc says it. */
  public static final String NOT_DECODED = "Can't decode result";

  /** Takes the replies. When it is called, the call is not under way any more. */
  public interface ReplyHandler<C> {
    /** What the results of this call look like. */
    Shape resultsOf(C call);

    /** The server has executed the call; a whole value of that shape comes next in the stream. */
    void answered(C call, XdrInput results);

    /**
     * The call brought no results.
     *
     * @param reason why the server refused it, as libtirpc's clnt_sperror says it, or {@link
     *     #NOT_DECODED} if it was executed
     */
    void refused(C call, String reason);
  }

  /** Takes the calls that a channel which has ended leaves behind. */
  public interface Unanswered<C> {
    /**
     * One call; they come in the order in which they were sent.
     *
     * @param isTaken whether the operating system took all of it, so that it may be executed
     */
    void unanswered(C call, boolean isTaken);
  }

  /** A call, and where in the stream of its channel it ends. */
  private record Sent<C>(C call, long end) {}

  private final Channel channel;
  private final ReplyHandler<C> handler;
  private final Map<Integer, Sent<C>> byXid = new LinkedHashMap<>();
  private final XdrInput reply = new XdrInput();

  /** Makes an empty one. What the channel receives is to be handed to {@link #received}. */
  public OutstandingCalls(Channel channel, ReplyHandler<C> handler) {
    this.channel = channel;
    this.handler = handler;
  }

  /** How many calls wait for their replies. */
  public int size() {
    return byXid.size();
  }

  /** The call that was sent first of those that wait, or null. */
  public C oldest() {
    return byXid.isEmpty() ? null : byXid.values().iterator().next().call;
  }

  /** All calls that wait, in the order in which they were sent. */
  public List<C> all() {
    return byXid.values().stream().map(Sent::call).toList();
  }

  /**
   * Queues a call on the channel, which is open.
   *
   * @param message as {@link RpcMessage#encodeCall} writes it, with an xid that no call under way
   *     has; not to be changed if it is large, see {@link Channel#send(XdrOutput)}
   */
  public void send(XdrOutput message, C call) {
    channel.send(message);
    long end = channel.takenBytes() + channel.queuedBytes();
    byXid.put(XdrInput.getInt(message.buffer(), 0), new Sent<>(call, end));
  }

  /**
   * Takes a message from the channel.
   *
   * @return false if it is no reply to any of the calls, and nothing has changed
   */
  public boolean received(byte[] message, int offset, int length) {
    if (length < Integer.BYTES) {
      return false;
    }
    int xid = XdrInput.getInt(message, offset);
    Sent<C> sent = byXid.get(xid);
    if (sent == null) {
      return false;
    }
    String refusal = RpcMessage.decodeReplyHeader(reply.wrap(message, offset, length));
    if (RpcMessage.NOT_A_REPLY.equals(refusal)) {
      return false;
    }
    byXid.remove(xid);
    if (refusal != null) {
      handler.refused(sent.call, refusal);
    } else if (!handler.resultsOf(sent.call).fits(reply)) {
      handler.refused(sent.call, NOT_DECODED);
    } else {
      handler.answered(sent.call, reply);
    }
    return true;
  }

  /**
   * Waits for this call no longer: its reply, should it still come, is one to none of the calls.
   *
   * @return the call, or null if none with this xid is under way
   */
  public C giveUp(int xid) {
    Sent<C> sent = byXid.remove(xid);
    return sent == null ? null : sent.call;
  }

  /** Gives up all calls, mostly since the channel is closed. */
  public void giveUpAll(Unanswered<C> unanswered) {
    for (Sent<C> sent : byXid.values()) {
      unanswered.unanswered(sent.call, sent.end <= channel.takenBytes());
    }
    byXid.clear();
  }
}
