package org.rkv.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Predicate;
import org.slf4j.Logger;

/**
 * A listening TCP socket on the event loop: every connection becomes a channel of one listener.
 * Belongs to the event loop's thread, except that it is made before, on any.
 */
public final class TcpListener implements EventLoop.Ready {
  /** So many connections of one address that may greet are kept beside those of strangers. */
  public static final int MAX_GREETINGS_OF_AN_ADDRESS = Connections.MAX_GREETINGS_OF_AN_ADDRESS;

  /**
   * What the system may hold of a connection that was not read yet, which Linux doubles. Left to
   * itself it holds megabytes, which {@link BackPressure} at the other end takes for sent: other
   * calls wait behind them. A network of 1 ms round trip brings about 200 MB/s through this, one of
   * 20 ms about 10.
   */
  static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

  private static final int BACKLOG = 4096;

  /** All that wait, as a rule: who is not accepted cannot say who it is. */
  private static final int MAX_ACCEPTED_AT_A_TIME = 256;

  private static final long ACCEPT_AGAIN_MILLIS = 100;

  private final EventLoop loop;
  private final Logger log;
  private final LimitedLog limitedLog;
  private final ConnectionLimits limits;
  private final Framing framing;
  private final ChannelListener listener;
  private final ServerSocketChannel socket;
  private final Connections connections;

  /** Keeps a descriptor to accept with when there is no other. */
  private SocketChannel spare;

  /**
   * Binds at once; connections are accepted from {@link #begin} on.
   *
   * @param log for what goes wrong with the socket itself
   * @param address port 0 takes any free one
   * @param framing of every connection
   * @param listener hears of every connection
   * @throws IOException if the address is taken, or not this machine's
   */
  public TcpListener(
      EventLoop loop,
      Logger log,
      InetSocketAddress address,
      ConnectionLimits limits,
      Framing framing,
      ChannelListener listener)
      throws IOException {
    this(loop, log, address, limits, framing, listener, anybody -> false);
  }

  /**
   * The same, where some may be admitted that strangers must not keep out: see {@link
   * Channel#admit}.
   *
   * @param mayGreet whether somebody at this address may be one of them
   */
  public TcpListener(
      EventLoop loop,
      Logger log,
      InetSocketAddress address,
      ConnectionLimits limits,
      Framing framing,
      ChannelListener listener,
      Predicate<InetAddress> mayGreet)
      throws IOException {
    this.loop = loop;
    this.log = log;
    this.limits = limits;
    this.framing = framing;
    this.listener = listener;
    limitedLog = new LimitedLog(log, loop::nanoTime);
    connections = new Connections(loop, limits, mayGreet, limitedLog);
    socket = ServerSocketChannel.open();
    try {
      // A port whose last owner's connections linger in TIME_WAIT is free for a restarted replica.
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES); // of all accepted
      socket.bind(address, BACKLOG);
      socket.configureBlocking(false);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The address bound, with the port that was chosen. Safe for all threads. */
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.socket().getLocalSocketAddress();
  }

  /**
   * Begins to accept.
   *
   * @throws IOException if the socket is closed
   */
  public void begin() throws IOException {
    spare = SocketChannel.open();
    connections.begin();
    SelectionKey key = loop.register(socket, SelectionKey.OP_ACCEPT, this);
    loop.descriptorSources().add(() -> freeDescriptor(key));
  }

  /** For ourselves: the next stranger in the backlog would have it before we do. */
  private boolean freeDescriptor(SelectionKey key) {
    boolean isFree = connections.freeDescriptor();
    if (isFree && key.isValid()) {
      acceptLater(key);
    }
    return isFree;
  }

  private void acceptLater(SelectionKey key) {
    key.interestOps(0);
    loop.schedule(ACCEPT_AGAIN_MILLIS, () -> acceptAgain(key));
  }

  /** What strangers who call here share, over whatever transport. */
  Lane strangers() {
    return connections.strangers();
  }

  /** From now on so many connections of strangers are kept at most. */
  public void setMaxStrangers(int most) {
    connections.setMaxStrangers(most);
  }

  /** Stops listening; connections that were accepted stay. */
  public void close() {
    try {
      socket.close();
      if (spare != null) {
        spare.close();
      }
    } catch (IOException e) {
      log.debug("closing a listener", e);
    }
  }

  @Override
  public void ready(SelectionKey key) {
    try {
      int most = Math.min(MAX_ACCEPTED_AT_A_TIME, connections.maxAcceptedAtATime());
      long beganNanos = loop.nanoTime();
      for (int i = 0; i < most && !hasTakenLong(beganNanos); i++) {
        SocketChannel accepted = socket.accept();
        if (accepted == null) {
          return;
        }
        take(accepted);
      }
    } catch (IOException e) {
      // Out of file descriptors, mostly. The caller stays in the backlog; what is closed for it has
      // its descriptor until the next round.
      if (!connections.freeDescriptor()) {
        limitedLog.warn("no connection can be accepted: " + TcpChannel.reasonOf(e));
        turnAway();
        acceptLater(key);
      }
    }
  }

  /** Those who are left in the backlog come next; others are to be read meanwhile. */
  private boolean hasTakenLong(long sinceNanos) {
    return loop.nanoTime() - sinceNanos >= YieldingReads.MUCH_WORK_NANOS;
  }

  /** So that the caller tries again, or elsewhere, and does not wait for us. */
  private void turnAway() {
    try {
      spare.close();
      SocketChannel accepted = socket.accept();
      if (accepted != null) {
        accepted.close();
      }
      spare = SocketChannel.open();
    } catch (IOException e) {
      log.debug("a caller could not be turned away", e);
    }
  }

  private void take(SocketChannel accepted) {
    try {
      AcceptedChannel channel =
          new AcceptedChannel(
              loop, accepted, framing, limits.maxRecordBytes(), connections, listener);
      channel.beginAccepted();
    } catch (IOException e) {
      log.debug("a connection was gone before it was accepted", e);
      TcpChannel.closeQuietly(accepted);
    }
  }

  private static void acceptAgain(SelectionKey key) {
    if (key.isValid()) {
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }
}
