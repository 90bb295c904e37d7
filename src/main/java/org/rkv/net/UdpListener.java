package org.rkv.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;

/**
 * A UDP socket on the event loop: every datagram is one message, on a channel of its own whose
 * other end is the sender. Belongs to the event loop's thread, except that it is made before, on
 * any.
 */
public final class UdpListener implements EventLoop.Ready {
  /**
   * What libtirpc's clients have room for (UDPMSGSIZE); they take the rest of a longer one as lost.
   */
  private static final int MAX_REPLY_BYTES = 8800;

  /** An answer of more than so many times its call is worth a forger's while. */
  private static final int LONG_ANSWER_FACTOR = 4;

  private static final int MAX_RECEIVED_A_ROUND = 64;

  /** What to send when a reply is too large for a datagram: a part of it would be worse. */
  public interface Oversized {
    /** A short reply to the same call, which says that there is no other. */
    ByteBuffer insteadOf(byte[] message, int offset);
  }

  private final EventLoop loop;
  private final Logger log;
  private final LimitedLog tooLargeLog;
  private final LimitedLog tooManyLog;
  private final LimitedLog waitingLog;
  private final AnswerAllowance allowance = new AnswerAllowance();
  private final OwnAddresses ownAddresses;
  private final Lane lane;
  private final WaitingDatagrams waiting;
  private final Oversized oversized;
  private final DatagramChannel socket;

  /**
   * Binds at once; datagrams are read from {@link #begin} on.
   *
   * @param log for what goes wrong with single datagrams
   * @param beside has the same address, and its strangers share with those who send datagrams what
   *     may be under way
   * @param listener receives every datagram, and hears nothing else
   * @param oversized what is sent in place of a reply that is too large
   * @throws IOException if the port is taken
   */
  public UdpListener(
      EventLoop loop, Logger log, TcpListener beside, ChannelListener listener, Oversized oversized)
      throws IOException {
    this.loop = loop;
    this.log = log;
    this.oversized = oversized;
    tooLargeLog = new LimitedLog(log);
    tooManyLog = new LimitedLog(log);
    waitingLog = new LimitedLog(log);
    lane = beside.strangers();
    waiting = new WaitingDatagrams(loop, lane, loop.backPressure(), listener);
    ownAddresses = new OwnAddresses(loop);
    socket = DatagramChannel.open();
    try {
      socket.bind(beside.address());
      socket.configureBlocking(false);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Begins to read.
   *
   * @throws IOException if the socket is closed
   */
  public void begin() throws IOException {
    ownAddresses.ask();
    loop.register(socket, SelectionKey.OP_READ, this);
  }

  /** Stops reading; replies that are still to come are not sent. */
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("closing a UDP socket", e);
    }
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    for (int i = 0; i < MAX_RECEIVED_A_ROUND && socket.isOpen(); i++) {
      ByteBuffer buffer = loop.readBuffer();
      InetSocketAddress sender = (InetSocketAddress) socket.receive(buffer);
      if (sender == null) {
        return;
      }
      int length = buffer.position();
      if (!waiting.take(new DatagramSender(sender, length), buffer.array(), length)) {
        waitingLog.warn(
            "too many calls over UDP wait for their turn: leaving out one of " + sender);
      }
    }
  }

  /** Who sent one datagram, and so where its answer goes. */
  private final class DatagramSender implements Channel {
    private final InetSocketAddress address;
    private final int receivedBytes;

    DatagramSender(InetSocketAddress address, int receivedBytes) {
      this.address = address;
      this.receivedBytes = receivedBytes;
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return address;
    }

    @Override
    public boolean isConnection() {
      return false;
    }

    @Override
    public boolean isOfThisHost() {
      return ownAddresses.contain(address.getAddress());
    }

    @Override
    public Object attachment() {
      return null;
    }

    @Override
    public void attach(Object attachment) {
      throw new UnsupportedOperationException("a datagram outlives no message");
    }

    @Override
    public void callDeferred() {
      lane.underWay(1);
    }

    @Override
    public void callAnswered() {
      lane.underWay(-1);
    }

    @Override
    public boolean isOpen() {
      return socket.isOpen();
    }

    /**
     * Sends at once. A datagram that the system does not take is lost, as datagrams are, and so is
     * one that a forger may have wished for: see {@link AnswerAllowance}.
     */
    @Override
    public void send(byte[] message, int offset, int length) {
      boolean tooLarge = length > MAX_REPLY_BYTES;
      if (!tooLarge && isLong(length) && !isAllowed(length)) {
        tooManyLog.warn("too many long answers over UDP for the network of " + address);
        return;
      }
      ByteBuffer datagram =
          tooLarge
              ? oversized.insteadOf(message, offset)
              : ByteBuffer.wrap(message, offset, length);
      if (tooLarge) {
        tooLargeLog.warn("a reply of " + length + " bytes is too large for UDP; use TCP");
      }
      try {
        socket.send(datagram, address);
      } catch (IOException e) {
        log.debug("a reply to {} was not sent", address, e);
      }
    }

    private boolean isLong(int length) {
      return length > LONG_ANSWER_FACTOR * receivedBytes;
    }

    private boolean isAllowed(int length) {
      return allowance.take(address.getAddress(), length, loop.coarseNanoTime());
    }

    @Override
    public int queuedBytes() {
      return 0;
    }

    @Override
    public long takenBytes() {
      return 0;
    }

    /** Nothing to close: the next datagram of this sender is as good as any. */
    @Override
    public void close(String reason) {}
  }
}
