package org.rkv.oncrpc;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.Timers;

/**
 * A duplicate request cache (Juszczak, 1989) in front of a server that is called over UDP: a client
 * that hears nothing sends its call again, and a DEL executed twice would answer "not found" the
 * second time. A call that was seen before gets the first answer again; one that is still under way
 * gets none. Calls are told apart by sender, xid, procedure and a checksum. Bounded in number,
 * bytes and time. Belongs to the thread of its channels.
 */
public final class DuplicateRequests implements ChannelListener {
  private static final int TYPE_OFFSET = 4;

  /** The checksum is over so many bytes of a call at most. */
  private static final int CHECKED_BYTES = 512;

  private static final int MAX_CALLS = 16 * 1024;
  private static final int MAX_BYTES = 8 * 1024 * 1024;

  /** Longer than any client goes on repeating a call: libtirpc gives up after 25 s. */
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final ChannelListener server;
  private final Timers timers;
  private final Map<Request, RememberedCall> calls = new LinkedHashMap<>();
  private long bytes;

  /**
   * An empty cache.
   *
   * @param server receives what has not been seen before, on channels that record its replies
   */
  public DuplicateRequests(ChannelListener server, Timers timers) {
    this.server = server;
    this.timers = timers;
  }

  /** What calls are told apart by. */
  private record Request(InetSocketAddress sender, int xid, int procedure, int checksum) {}

  /** Tells the calls of two programs apart that use one port in turn and begin with one xid. */
  private static int checksum(byte[] buffer, int offset, int length) {
    int checksum = length;
    int end = offset + Math.min(length, CHECKED_BYTES);
    for (int i = offset + CallHeader.PROCEDURE_OFFSET; i < end; i++) {
      checksum = 31 * checksum + buffer[i];
    }
    return checksum;
  }

  /** What became of a call; no reply means that it is under way, or will never have one. */
  private static final class RememberedCall {
    final long sinceNanos;
    byte[] reply;
    boolean forgotten;

    RememberedCall(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  @Override
  public void received(Channel channel, byte[] buffer, int offset, int length) {
    if (length < CallHeader.PROCEDURE_OFFSET + 4
        || XdrInput.getInt(buffer, offset + TYPE_OFFSET) != RpcMessage.CALL) {
      server.received(channel, buffer, offset, length);
      return;
    }
    Request request =
        new Request(
            channel.remoteAddress(),
            XdrInput.getInt(buffer, offset),
            XdrInput.getInt(buffer, offset + CallHeader.PROCEDURE_OFFSET),
            checksum(buffer, offset, length));
    RememberedCall known = calls.get(request);
    if (known != null && timers.nanoTime() - known.sinceNanos <= KEPT_NANOS) {
      if (known.reply != null) {
        channel.send(known.reply, 0, known.reply.length);
      }
      return;
    }
    makeRoom();
    RememberedCall call = new RememberedCall(timers.nanoTime());
    calls.put(request, call);
    server.received(new ReplyRecorder(channel, call), buffer, offset, length);
  }

  private void makeRoom() {
    long oldNanos = timers.nanoTime() - KEPT_NANOS;
    Iterator<RememberedCall> oldest = calls.values().iterator();
    while (oldest.hasNext()) {
      RememberedCall call = oldest.next();
      if (call.sinceNanos - oldNanos > 0 && calls.size() < MAX_CALLS && bytes < MAX_BYTES) {
        return;
      }
      bytes -= call.reply == null ? 0 : call.reply.length;
      call.forgotten = true;
      oldest.remove();
    }
  }

  /** How many calls are remembered: at most 16384. */
  int size() {
    return calls.size();
  }

  @Override
  public void opened(Channel channel) {
    server.opened(channel);
  }

  @Override
  public void closed(Channel channel, String reason) {
    server.closed(channel, reason);
  }

  /** Keeps a copy of the reply on its way out. */
  private final class ReplyRecorder implements Channel {
    private final Channel channel;
    private final RememberedCall call;

    ReplyRecorder(Channel channel, RememberedCall call) {
      this.channel = channel;
      this.call = call;
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return channel.remoteAddress();
    }

    @Override
    public boolean isConnection() {
      return channel.isConnection();
    }

    @Override
    public Object attachment() {
      return channel.attachment();
    }

    @Override
    public void attach(Object attachment) {
      channel.attach(attachment);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void send(byte[] message, int offset, int length) {
      if (!call.forgotten) { // else nobody would ever count these bytes off again
        call.reply = Arrays.copyOfRange(message, offset, offset + length);
        bytes += length;
      }
      channel.send(message, offset, length);
    }

    @Override
    public int queuedBytes() {
      return channel.queuedBytes();
    }

    @Override
    public long takenBytes() {
      return channel.takenBytes();
    }

    @Override
    public void close(String reason) {
      channel.close(reason);
    }
  }
}
