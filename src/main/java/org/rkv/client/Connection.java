package org.rkv.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.blocking.BlockingRpcClient;

/**
 * The calls on one connection, matched to their answers by xid. It knows of every call whether all
 * of it has been handed to the system: one of which the last byte never was cannot be executed.
 * Belongs to the client's thread.
 */
final class Connection {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** With so much queued, calls wait elsewhere: they stay free to go to another replica. */
  private static final int MAX_QUEUED_BYTES = BUFFER_BYTES;

  private final Endpoint endpoint;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final MessageReader records =
      RecordMarking.INSTANCE.reader(BlockingRpcClient.MAX_RECORD_BYTES);
  private final Map<Integer, Sent> pending = new LinkedHashMap<>();
  private final ByteBuffer input = ByteBuffer.allocate(BUFFER_BYTES);
  private final XdrInput reply = new XdrInput();
  private ByteBuffer output = ByteBuffer.allocate(BUFFER_BYTES);
  private long queuedEnd;
  private long writtenEnd;
  private long receivedNanos;
  private boolean hasReceived;

  /** A call, and where in the stream of this connection it ends. */
  private record Sent(ClientCall<?> call, long end) {}

  /** Takes over a connected channel. */
  Connection(Endpoint endpoint, SocketChannel channel, Selector selector) throws IOException {
    this.endpoint = endpoint;
    this.channel = channel;
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether more calls may be queued here. */
  boolean hasRoom() {
    return queuedEnd - writtenEnd < MAX_QUEUED_BYTES;
  }

  /** Queues a call; see {@link #flush}. */
  void send(ClientCall<?> call) {
    byte[] record = call.record();
    if (output.remaining() < record.length) {
      int queued = output.position();
      ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * queued, queued + record.length));
      output = larger.put(output.flip());
    }
    output.put(record);
    queuedEnd += record.length;
    pending.put(call.xid(), new Sent(call, queuedEnd));
  }

  /** Writes what is queued, so far as the system takes it. */
  void flush() throws IOException {
    if (output.position() > 0) {
      output.flip();
      try {
        writtenEnd += channel.write(output);
      } finally {
        output.compact();
      }
    }
    int operations =
        output.position() > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  /** Reads what has come and completes the calls that are answered. */
  void read() throws IOException {
    input.clear();
    int count = channel.read(input);
    if (count < 0) {
      throw new EOFException("connection closed by the server");
    }
    hasReceived = true;
    receivedNanos = System.nanoTime();
    String fault = records.feed(input.array(), 0, count, this::record);
    if (fault != null) {
      throw new IOException(fault);
    }
  }

  /** A late answer to a call that is given up, and what is no answer, are passed over. */
  private boolean record(byte[] buffer, int offset, int length) {
    if (length >= Integer.BYTES) {
      int xid = ByteBuffer.wrap(buffer, offset, length).getInt();
      Sent sent = pending.get(xid);
      if (sent != null && sent.call.answer(reply.wrap(buffer, offset, length))) {
        pending.remove(xid);
      }
    }
    return true;
  }

  /** The call that has waited longest, or null. */
  ClientCall<?> oldest() {
    return pending.isEmpty() ? null : pending.values().iterator().next().call;
  }

  /** Forgets a call that is given up; whether all of it was written. */
  boolean giveUp(ClientCall<?> call) {
    Sent sent = pending.remove(call.xid());
    return sent != null && sent.end <= writtenEnd;
  }

  /** Whether the server has sent anything since this moment. */
  boolean hasReceivedSince(long nanos) {
    return hasReceived && receivedNanos - nanos > 0;
  }

  /**
   * Ends the connection.
   *
   * @return the calls that had no answer yet, in order; those that had been written are counted so
   */
  List<ClientCall<?>> close() {
    List<ClientCall<?>> unanswered = new ArrayList<>(pending.size());
    for (Sent sent : pending.values()) {
      if (sent.end <= writtenEnd) {
        sent.call.countSent();
      }
      unanswered.add(sent.call);
    }
    pending.clear();
    closeQuietly(channel);
    return unanswered;
  }

  static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      return; // Its descriptor is gone either way, and nothing more is expected of it.
    }
  }
}
