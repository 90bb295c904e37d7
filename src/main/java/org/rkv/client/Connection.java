package org.rkv.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.EventLoop;
import org.rkv.net.OutgoingChannel;
import org.rkv.oncrpc.OutstandingCalls;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.SocketErrors;

/** A connection to a replica, and the calls under way on it. Belongs to the client's thread. */
final class Connection {
  /** With so much queued, calls wait elsewhere: they stay free to go to another replica. */
  private static final int MAX_QUEUED_BYTES = 64 * 1024;

  private final Endpoint endpoint;
  private final Owner owner;
  private final Events events = new Events();
  private final OutgoingChannel channel;
  private final OutstandingCalls<ClientCall<?>> calls;

  /** Hears what happens on a connection that it has not closed itself. */
  interface Owner {
    /**
     * A call has been executed, and answered.
     *
     * @param failure what the call is to end with, if the answer is "failed"; or null if it has
     *     ended
     */
    void answered(Connection by, ClientCall<?> call, AnnouncedFailedException failure);

    /** Calls may have been answered, and there may be room for more. */
    void moved(Connection connection);

    /**
     * The connection is of no more use and is to be closed.
     *
     * @param reason as libtirpc's clnt_sperror says it
     */
    void broke(Connection connection, String reason, IOException cause);
  }

  /**
   * Takes over a connected socket.
   *
   * @throws IOException if it is closed already
   */
  Connection(EventLoop loop, Endpoint endpoint, SocketChannel socket, Owner owner)
      throws IOException {
    this.endpoint = endpoint;
    this.owner = owner;
    channel =
        OutgoingChannel.over(
            loop, socket, RecordMarking.INSTANCE, BlockingRpcClient.MAX_RECORD_BYTES, events);
    calls = new OutstandingCalls<>(channel, events);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether more calls may be queued here. */
  boolean hasRoom() {
    return channel.queuedBytes() < MAX_QUEUED_BYTES;
  }

  /** Queues a call, which leaves at the end of the loop's round. */
  void send(ClientCall<?> call) {
    call.sentTo(endpoint);
    calls.send(call.message(), call);
  }

  /** The call that has waited longest, or null. */
  ClientCall<?> oldest() {
    return calls.oldest();
  }

  /** Whether no call is under way. */
  boolean isIdle() {
    return calls.size() == 0;
  }

  /** The calls under way that may be sent to another replica, in order. */
  List<ClientCall<?>> repeatable() {
    return calls.all().stream().filter(ClientCall::mayBeRepeated).toList();
  }

  /**
   * Whether one of these has waited for so long, and nothing at all has come since it was sent: the
   * answer to another call counts as life.
   */
  boolean passesOverACall(long nowNanos, long shareNanos) {
    return repeatable().stream()
        .anyMatch(
            call ->
                nowNanos - call.sentNanos() >= shareNanos
                    && !channel.hasReceivedSince(call.sentNanos()));
  }

  /** Forgets a call that was sent here; a late reply to it is passed over. */
  void giveUp(ClientCall<?> call) {
    calls.giveUp(call.xid());
  }

  /** Whether the server has sent anything since this moment. */
  boolean hasReceivedSince(long nanos) {
    return channel.hasReceivedSince(nanos);
  }

  /**
   * Ends the connection.
   *
   * @return the calls that had no reply yet, in order; those that had been written are counted so
   */
  List<ClientCall<?>> close() {
    channel.close("given up");
    List<ClientCall<?>> unanswered = new ArrayList<>(calls.size());
    calls.giveUpAll(
        (call, isTaken) -> {
          call.countLost(isTaken);
          unanswered.add(call);
        });
    return unanswered;
  }

  private final class Events
      implements ChannelListener, OutstandingCalls.ReplyHandler<ClientCall<?>> {
    @Override
    public void opened(Channel opened) {}

    /** Late replies to calls that were given up, and what is no reply, are passed over. */
    @Override
    public void received(Channel from, byte[] buffer, int offset, int length) {
      calls.received(buffer, offset, length);
      owner.moved(Connection.this);
    }

    @Override
    public Shape resultsOf(ClientCall<?> call) {
      return call.results();
    }

    @Override
    public void answered(ClientCall<?> call, XdrInput results) {
      owner.answered(Connection.this, call, call.answered(results));
    }

    @Override
    public void refused(ClientCall<?> call, String reason) {
      call.refused(reason);
    }

    @Override
    public void written(Channel to) {
      owner.moved(Connection.this);
    }

    @Override
    public void receiveFailed(Channel gone, String reason, IOException cause) {
      broke("Unable to receive; errno = ", cause);
    }

    @Override
    public void sendFailed(Channel gone, String reason, IOException cause) {
      broke("Unable to send; errno = ", cause);
    }

    /** We have closed it, or handling a reply failed, which a connection does not survive. */
    @Override
    public void closed(Channel gone, String reason) {
      broke("Unable to receive; errno = ", new IOException(reason));
    }

    private void broke(String what, IOException cause) {
      owner.broke(Connection.this, what + SocketErrors.text(cause), cause);
    }
  }
}
