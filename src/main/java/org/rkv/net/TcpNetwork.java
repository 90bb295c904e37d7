package org.rkv.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Makes connections over TCP without blocking the event loop, to whose thread it belongs. */
public final class TcpNetwork implements Network {
  /**
   * What the system may queue for the other end, which Linux doubles. Left to itself it queues
   * megabytes; large values then wait where no cache holds them, other calls behind them, and
   * {@link BackPressure} sees little of it. A network of 1 ms round trip takes 500 MB/s of this.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  private final EventLoop loop;
  private final Framing framing;
  private final InetAddress localAddress;
  private final int maxMessageBytes;

  /**
   * A network that holds nothing until it is asked to connect.
   *
   * @param framing of every connection
   * @param localAddress what every connection comes from, so that the other end sees who calls;
   *     null leaves it to the system
   * @param maxMessageBytes the largest message taken from another end
   */
  public TcpNetwork(
      EventLoop loop, Framing framing, InetAddress localAddress, int maxMessageBytes) {
    this.loop = loop;
    this.framing = framing;
    this.localAddress = localAddress;
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  public void connect(String host, int port, long timeoutMillis, ChannelListener listener) {
    new Connecting(port, listener).resolve(host, timeoutMillis);
  }

  /** One attempt. Whatever comes first, connection, refusal or deadline, decides it. */
  private final class Connecting implements EventLoop.Ready {
    private final int port;
    private final ChannelListener listener;
    private Timers.Timer deadline;
    private SocketChannel socket;
    private boolean decided;

    Connecting(int port, ChannelListener listener) {
      this.port = port;
      this.listener = listener;
    }

    void resolve(String host, long timeoutMillis) {
      deadline =
          loop.schedule(
              timeoutMillis, () -> failed("no connection within " + timeoutMillis + " ms"));
      loop.offload(
          () -> InetAddress.getByName(host),
          this::connect,
          e -> failed(e instanceof UnknownHostException ? "unknown host" : TcpChannel.reasonOf(e)));
    }

    private void connect(InetAddress address) {
      if (decided) {
        return;
      }
      try {
        socket = SocketChannel.open();
        socket.configureBlocking(false);
        // A closed link must be over. Otherwise the system goes on to deliver what was written, for
        // minutes if the way was cut; a replica would meet a write that all the others, and their
        // tombstones, have long outlived.
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        if (localAddress != null) {
          socket.bind(new InetSocketAddress(localAddress, 0));
        }
        if (socket.connect(new InetSocketAddress(address, port))) {
          connected();
        } else {
          loop.register(socket, SelectionKey.OP_CONNECT, this);
        }
      } catch (IOException | RuntimeException e) {
        failed(TcpChannel.reasonOf(e));
      }
    }

    @Override
    public void ready(SelectionKey key) {
      try {
        if (socket.finishConnect()) {
          connected();
        }
      } catch (IOException e) {
        failed(TcpChannel.reasonOf(e));
      }
    }

    private void connected() throws IOException {
      decided = true;
      deadline.cancel();
      if (socket.getRemoteAddress().equals(socket.getLocalAddress())) {
        // Two ends of one socket: TCP's simultaneous open, when the port asked for was free and the
        // system chose it for our own end.
        decided = false;
        failed("connection refused (connected to itself)");
        return;
      }
      new OutgoingChannel(loop, socket, framing, maxMessageBytes, false, listener).begin();
    }

    private void failed(String reason) {
      if (decided) {
        return;
      }
      decided = true;
      deadline.cancel();
      if (socket != null) {
        TcpChannel.closeQuietly(socket);
      }
      listener.closed(null, reason);
    }
  }
}
