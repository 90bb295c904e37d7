package org.rkv.oncrpc;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.rkv.net.CallKind;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.LimitedLog;
import org.rkv.net.Timers;
import org.slf4j.Logger;

/**
 * A duplicate request cache (Juszczak, 1989) in front of a server that is called over UDP: a client
 * that hears nothing sends its call again, and a DEL executed twice would answer "not found" the
 * second time, or delete what another client has put meanwhile. A write that was seen before gets
 * the first answer again; one that is still under way gets none. What writes nothing is executed
 * each time, so it takes no write's place. Calls are told apart by sender and a digest of the whole
 * call; {@link RememberedWrites} bounds what is kept. Belongs to the thread of its channels.
 */
public final class DuplicateRequests implements ChannelListener {
  private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final ChannelListener server;
  private final Program program;
  private final Timers timers;
  private final LimitedLog limitedLog;
  private final RememberedWrites writes = new RememberedWrites();

  /**
   * An empty cache.
   *
   * @param server receives what has not been seen before, on channels that record its replies
   * @param program tells which procedures write
   * @param log for writes that are refused
   */
  public DuplicateRequests(ChannelListener server, Program program, Timers timers, Logger log) {
    this.server = server;
    this.program = program;
    this.timers = timers;
    limitedLog = new LimitedLog(log);
  }

  @Override
  public CallKind kindOf(byte[] buffer, int offset, int length) {
    return server.kindOf(buffer, offset, length);
  }

  @Override
  public void received(Channel channel, byte[] buffer, int offset, int length) {
    if (!CallHeader.isWrite(program, buffer, offset, length)) {
      server.received(channel, buffer, offset, length);
      return;
    }
    InetSocketAddress sender = channel.remoteAddress();
    long digest = digest(buffer, offset, length);
    RememberedWrites.Write known = writes.find(sender, digest, timers.nanoTime());
    if (known != null) {
      if (known.answer() != null) {
        channel.send(known.answer(), 0, known.answer().length);
      }
      return;
    }
    RememberedWrites.Write write = writes.begin(sender, digest, timers.nanoTime());
    if (write == null) {
      limitedLog.warn("too many writes over UDP to remember each: refusing those of " + sender);
      byte[] refusal = RpcMessage.systemErrorInsteadOf(buffer, offset).array();
      channel.send(refusal, 0, refusal.length);
      return;
    }
    server.received(new AnswerRecorder(channel, write), buffer, offset, length);
  }

  /** FNV-1a, over all bytes: also the xid, and the arguments to the last one. */
  private static long digest(byte[] buffer, int offset, int length) {
    long digest = FNV_OFFSET_BASIS;
    for (int i = offset; i < offset + length; i++) {
      digest = (digest ^ (buffer[i] & 0xff)) * FNV_PRIME;
    }
    return digest;
  }

  /** How many writes are remembered. */
  int size() {
    return writes.size();
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
  private final class AnswerRecorder implements Channel {
    private final Channel channel;
    private final RememberedWrites.Write write;

    AnswerRecorder(Channel channel, RememberedWrites.Write write) {
      this.channel = channel;
      this.write = write;
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
    public boolean isOfThisHost() {
      return channel.isOfThisHost();
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
    public void callDeferred() {
      channel.callDeferred();
    }

    @Override
    public void callAnswered() {
      channel.callAnswered();
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void send(byte[] message, int offset, int length) {
      byte[] answer = Arrays.copyOfRange(message, offset, offset + length);
      writes.answered(write, answer, timers.nanoTime());
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

    /** What came was no call, though it began like one: nobody will ever answer it. */
    @Override
    public void close(String reason) {
      writes.forget(write, timers.nanoTime());
      channel.close(reason);
    }
  }
}
