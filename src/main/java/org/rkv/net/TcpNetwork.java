package org.rkv.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes connections over TCP without blocking the event loop, to whose thread it belongs. */
public final class TcpNetwork implements Network {
  /**
   * What the system may queue for the other end, which Linux doubles. Left to itself it queues
   * megabytes; large values then wait where no cache holds them, other calls behind them, and
   * {@link BackPressure} sees little of it. A network of 1 ms round trip takes 500 MB/s of this.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  /** How long an address may take before the next one is tried as well (RFC 8305, section 5). */
  private static final long NEXT_ADDRESS_MILLIS = 250;

  /** How often it asks for a descriptor to be freed; somebody else may take it first. */
  private static final int MAX_ATTEMPTS = 8;

  private final EventLoop loop;
  private final Framing framing;
  private final InetAddress localAddress;
  private final int maxMessageBytes;
  private final NameLookups lookUps;
  private final Map<String, KnownAddresses> known = new HashMap<>();

  /**
   * A network that holds nothing until it is asked to connect, and asks the system for names.
   *
   * @param framing of every connection
   * @param localAddress what every connection comes from, so that the other end sees who calls;
   *     null leaves it to the system
   * @param maxMessageBytes the largest message taken from another end
   */
  public TcpNetwork(
      EventLoop loop, Framing framing, InetAddress localAddress, int maxMessageBytes) {
    this(
        loop,
        framing,
        localAddress,
        maxMessageBytes,
        new NameLookups(loop, NameResolver.ofTheSystem()));
  }

  /**
   * The same, where names are looked up in a certain way.
   *
   * @param lookUps of the same event loop
   */
  public TcpNetwork(
      EventLoop loop,
      Framing framing,
      InetAddress localAddress,
      int maxMessageBytes,
      NameLookups lookUps) {
    this.loop = loop;
    this.framing = framing;
    this.localAddress = localAddress;
    this.maxMessageBytes = maxMessageBytes;
    this.lookUps = lookUps;
  }

  @Override
  public void connect(String host, int port, long timeoutMillis, ChannelListener listener) {
    new Connecting(host, port, listener).begin(timeoutMillis);
  }

  @Override
  public void ledRight(String host, int port, InetAddress address) {
    known(host, port).ledRight(address);
  }

  @Override
  public void ledElsewhere(String host, int port, InetAddress address) {
    known(host, port).ledElsewhere(address);
  }

  private KnownAddresses known(String host, int port) {
    return known.computeIfAbsent(host + ":" + port, name -> new KnownAddresses());
  }

  /**
   * One attempt. The first address that there is a connection to decides it, or the failure of all,
   * or the deadline. A name service that is silent is waited for no longer than an address: then
   * the address that was right last time is tried as well.
   */
  private final class Connecting implements NameLookups.Listener {
    private final String host;
    private final int port;
    private final ChannelListener listener;
    private final Deque<InetAddress> untried = new ArrayDeque<>();
    private final List<Way> ways = new ArrayList<>();
    private Timers.Timer deadline;
    private Timers.Timer next;
    private boolean isLookedUp;
    private boolean decided;

    Connecting(String host, int port, ChannelListener listener) {
      this.host = host;
      this.port = port;
      this.listener = listener;
    }

    void begin(long timeoutMillis) {
      deadline =
          loop.schedule(
              timeoutMillis, () -> failed("no connection within " + timeoutMillis + " ms"));
      next = loop.schedule(NEXT_ADDRESS_MILLIS, this::tryLastRight);
      lookUps.lookUp(host, this);
    }

    private void tryLastRight() {
      untried.addAll(known(host, port).lastRight());
      if (!untried.isEmpty()) {
        tryNext();
      }
    }

    @Override
    public void found(List<InetAddress> addresses) {
      isLookedUp = true;
      next.cancel();
      listener.resolved(addresses);
      untried.addAll(known(host, port).inOrder(addresses));
      ways.forEach(way -> untried.remove(way.address));
      if (!untried.isEmpty()) {
        tryNext();
      }
    }

    @Override
    public void notFound(String reason) {
      isLookedUp = true;
      next.cancel();
      if (!ways.isEmpty()) {
        return;
      }
      tryLastRight();
      if (ways.isEmpty()) {
        failed(reason);
      }
    }

    private void tryNext() {
      Way way = new Way(untried.remove());
      ways.add(way);
      if (!untried.isEmpty()) {
        next = loop.schedule(NEXT_ADDRESS_MILLIS, this::tryNext);
      }
      way.begin();
    }

    private void wayFailed(Way way, String reason) {
      if (decided) {
        return;
      }
      ways.remove(way);
      way.close();
      if (!untried.isEmpty()) {
        next.cancel();
        tryNext();
      } else if (ways.isEmpty() && isLookedUp) {
        failed(reason);
      }
    }

    private void connected(Way way, OutgoingChannel channel) {
      ways.remove(way);
      decide();
      channel.tellOpened();
    }

    private void failed(String reason) {
      decide();
      listener.closed(null, reason);
    }

    private void decide() {
      decided = true;
      deadline.cancel();
      next.cancel();
      lookUps.forget(host, this);
      ways.forEach(Way::close);
    }

    /** One address of it. */
    private final class Way implements EventLoop.Ready {
      private final InetAddress address;
      private SocketChannel socket;
      private int attemptsLeft = MAX_ATTEMPTS;

      Way(InetAddress address) {
        this.address = address;
      }

      void begin() {
        try {
          socket = SocketChannel.open();
        } catch (IOException e) {
          if (--attemptsLeft > 0 && loop.descriptorSources().free()) {
            loop.schedule(0, this::beginAgain);
          } else {
            wayFailed(this, TcpChannel.reasonOf(e));
          }
          return;
        }
        connect();
      }

      private void beginAgain() {
        if (!decided) {
          begin();
        }
      }

      private void connect() {
        try {
          socket.configureBlocking(false);
          // A closed link must be over. Otherwise the system goes on to deliver what was written,
          // for minutes if the way was cut; a replica would meet a write that all the others, and
          // their tombstones, have long outlived.
          socket.setOption(StandardSocketOptions.SO_LINGER, 0);
          socket.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
          if (localAddress != null) {
            socket.bind(new InetSocketAddress(localAddress, 0));
          }
          if (socket.connect(new InetSocketAddress(address, port))) {
            loop.schedule(0, this::finished);
          } else {
            loop.register(socket, SelectionKey.OP_CONNECT, this);
          }
        } catch (IOException | RuntimeException e) {
          wayFailed(this, TcpChannel.reasonOf(e));
        }
      }

      @Override
      public void ready(SelectionKey key) {
        try {
          if (!socket.finishConnect()) {
            return;
          }
        } catch (IOException | RuntimeException e) {
          wayFailed(this, TcpChannel.reasonOf(e));
          return;
        }
        finished();
      }

      void close() {
        if (socket != null) {
          TcpChannel.closeQuietly(socket);
        }
      }

      /** Only when nothing can go wrong any more with this way is the attempt decided. */
      private void finished() {
        OutgoingChannel channel;
        try {
          if (socket.getRemoteAddress().equals(socket.getLocalAddress())) {
            // Two ends of one socket: TCP's simultaneous open, when the port asked for was free and
            // the system chose it for our own end.
            throw new ConnectException("connection refused (connected to itself)");
          }
          channel = new OutgoingChannel(loop, socket, framing, maxMessageBytes, false, listener);
          channel.register();
        } catch (IOException | RuntimeException e) {
          wayFailed(this, TcpChannel.reasonOf(e));
          return;
        }
        connected(this, channel);
      }
    }
  }
}
