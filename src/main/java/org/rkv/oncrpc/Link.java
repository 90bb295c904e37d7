package org.rkv.oncrpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.net.BackPressure;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.Network;
import org.rkv.net.Timers;

/**
 * The calling end of a connection to one server, which it keeps up in the background: it connects,
 * and, when the connection ends, connects again after a back-off that doubles from 50 ms to 1 s.
 * Any number of calls may be under way; each has the same timeout. A call that is not answered in
 * time condemns the connection, since a server that lets one call wait lets all wait: every call
 * under way fails, and new ones fail at once until a new connection is there.
 *
 * <p>Belongs to the thread of its {@link Network}.
 */
public final class Link {
  /** Hears of a link's connection. */
  public interface Listener {
    /** The host has these addresses now; one of them may be connected to next. */
    default void resolved(List<InetAddress> addresses) {}

    /** A connection is there; the greeting can be made, and other calls once it is admitted. */
    void connected();

    /** The connection is gone, or could not be made; the next attempt comes by itself. */
    void disconnected(String reason);
  }

  /** A call that waits for its reply on this link, and perhaps on others. */
  interface SentCall {
    /** What its results look like. */
    Shape results();

    /** It is queued on a link; on all of them in the same round. */
    void sent(long nowNanos);

    /** When it was. */
    long sentNanos();

    /** The server of this link has executed it. */
    void answered(Link by, XdrInput results);

    /** The server of this link has not answered, or has refused. */
    void failed(Link by, String reason);
  }

  static final long FIRST_BACKOFF_MILLIS = 50;
  static final long LAST_BACKOFF_MILLIS = 1000;

  /** Calls under way on one link. A server that lags this far behind has in effect stopped. */
  static final int MAX_CALLS = 16 * 1024;

  /** Bytes queued on one link. */
  static final int MAX_QUEUED_BYTES = 16 * 1024 * 1024;

  private String host;
  private int port;
  private final Network network;
  private final Timers timers;
  private final long timeoutMillis;
  private final Listener listener;
  private Attempt attempt;

  /** The connection that is there, and the calls under way on it; or null, both. */
  private Channel channel;

  private OutstandingCalls<SentCall> calls;
  private Timers.Timer retry;
  private Timers.Timer deadline;
  private long backoffMillis = FIRST_BACKOFF_MILLIS;
  private long roundTripNanos = -1;
  private long callsFailed;
  private long admissions;

  /** Of the connection that there is, and of the last one that has ended. */
  private boolean isCondemned;

  private boolean wasCondemned;
  private boolean isForLargeCalls;
  private boolean admitted;
  private boolean closed;

  /**
   * Makes a link that does nothing until {@link #open}.
   *
   * @param host name or address, resolved anew at each attempt; of several addresses the one that
   *     led to an admission is tried first
   * @param timeoutMillis for a connection to come up, and for each call
   */
  public Link(
      String host,
      int port,
      Network network,
      Timers timers,
      long timeoutMillis,
      Listener listener) {
    this.host = host;
    this.port = port;
    this.network = network;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.listener = listener;
  }

  /**
   * Writes that are not {@link Channel#isLarge large} will never go over it, and need not wait for
   * it. To be said before it is opened.
   */
  public void reserveForLargeCalls() {
    isForLargeCalls = true;
  }

  /** Whether that was said. */
  public boolean isForLargeCalls() {
    return isForLargeCalls;
  }

  /** The same server is called in another way, from the next attempt to connect on. */
  public void setServer(String newHost, int newPort) {
    host = newHost;
    port = newPort;
  }

  /** Begins to connect. */
  public void open() {
    retry = null;
    attempt = new Attempt();
    network.connect(host, port, timeoutMillis, attempt);
  }

  /** If it waits to connect again, it waits no longer. */
  public void hurry() {
    if (retry != null) {
      retry.cancel();
      open();
    }
  }

  /** Whether it is connected, or tries to be; not before {@link #open}, nor when suspended. */
  public boolean isOpen() {
    return channel != null || attempt != null || retry != null;
  }

  /** The other end of the connection there is, or null. */
  public InetSocketAddress remoteAddress() {
    return channel == null ? null : channel.remoteAddress();
  }

  /** Whether ordinary calls can be made. */
  public boolean isAdmitted() {
    return admitted;
  }

  /**
   * The server has answered the greeting: ordinary calls may be made on this connection from now
   * on. A connection alone proves nothing, since the operating system of a frozen process still
   * accepts.
   */
  public void admit() {
    admissions += channel != null && !admitted ? 1 : 0;
    admitted = channel != null;
    backoffMillis = FIRST_BACKOFF_MILLIS;
    if (admitted) {
      network.ledRight(host, port, remoteAddress().getAddress());
    }
  }

  /** How many calls wait for their answers. */
  public int callsUnderWay() {
    return calls == null ? 0 : calls.size();
  }

  /** Bytes queued and not yet taken by the operating system. */
  public int queuedBytes() {
    return channel == null ? 0 : channel.queuedBytes();
  }

  /**
   * Whether so much is queued that what need not be sent now should wait. It is less than what
   * calls of clients wait for, so that these go first.
   */
  public boolean isBusy() {
    return queuedBytes() > BackPressure.FULL_BYTES / 2;
  }

  /** How long the last call that was answered took; -1 if there was none. */
  public long roundTripNanos() {
    return roundTripNanos;
  }

  /** How many calls were not sent or not answered. */
  public long callsFailed() {
    return callsFailed;
  }

  /** How many connections were admitted: each but the first made good the loss of another. */
  public long admissions() {
    return admissions;
  }

  /**
   * Whether the last connection that has ended did so because nothing was answered in time: what
   * {@link Listener#disconnected} has to know to tell a silent server from one that is not there.
   */
  public boolean wasSilent() {
    return wasCondemned;
  }

  /** Gives up the connection for good. Calls under way fail. */
  public void close(String reason) {
    closed = true;
    suspend(reason);
  }

  /** Gives up the connection until the next {@link #open}. Calls under way fail. */
  public void suspend(String reason) {
    disconnect(reason);
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    attempt = null;
  }

  /**
   * This address led to another server than the one that is wanted: ends the connection, and the
   * next attempt begins with another address of the host, if it has one.
   */
  public void ledElsewhere(String reason) {
    if (channel != null) {
      network.ledElsewhere(host, port, remoteAddress().getAddress());
      channel.close(reason);
    }
  }

  /** Ends the connection as if the other end had: calls under way fail, and it is made anew. */
  public void disconnect(String reason) {
    if (channel != null) {
      channel.close(reason);
    }
  }

  /**
   * Sends an encoded call.
   *
   * @return false if nothing was sent because there is no connection, or too much is under way on
   *     it; {@code call} then hears nothing
   */
  boolean send(XdrOutput message, SentCall call) {
    boolean sent = admitted && sendBeforeAdmission(message, call);
    callsFailed += sent ? 0 : 1;
    return sent;
  }

  /** Sends an encoded call also before the server is admitted. */
  boolean sendBeforeAdmission(XdrOutput message, SentCall call) {
    if (channel == null
        || calls.size() >= MAX_CALLS
        || channel.queuedBytes() + message.size() > MAX_QUEUED_BYTES) {
      return false;
    }
    call.sent(timers.coarseNanoTime());
    calls.send(message, call);
    if (deadline == null) {
      deadline = timers.schedule(timeoutMillis, this::checkDeadline);
    }
    return true;
  }

  private void checkDeadline() {
    deadline = null;
    SentCall oldest = calls.oldest();
    if (oldest == null) {
      return;
    }
    long dueNanos = oldest.sentNanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    long leftNanos = dueNanos - timers.nanoTime();
    if (leftNanos <= 0) {
      isCondemned = true;
      disconnect("no answer within " + timeoutMillis + " ms");
    } else {
      deadline = timers.schedule(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1, this::checkDeadline);
    }
  }

  private void replied(byte[] message, int offset, int length) {
    if (calls.received(message, offset, length)) {
      return;
    }
    SentCall call = length < 4 ? null : calls.giveUp(XdrInput.getInt(message, offset));
    if (call == null) {
      disconnect("an answer to no call of ours");
    } else {
      roundTripNanos = timers.coarseNanoTime() - call.sentNanos();
      call.failed(this, RpcMessage.NOT_A_REPLY);
    }
  }

  private void disconnected(String reason) {
    wasCondemned = isCondemned;
    isCondemned = false;
    channel = null;
    attempt = null;
    admitted = false;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
    List<SentCall> broken = new ArrayList<>();
    if (calls != null) {
      calls.giveUpAll((call, isTaken) -> broken.add(call));
      calls = null;
    }
    callsFailed += broken.size();
    if (!closed) {
      retry = timers.schedule(backoffMillis, this::open);
      backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
    }
    listener.disconnected(reason);
    for (SentCall call : broken) {
      call.failed(this, reason);
    }
  }

  /** One connection, so that what an abandoned one still has to say reaches nobody. */
  private final class Attempt implements ChannelListener, OutstandingCalls.ReplyHandler<SentCall> {
    @Override
    public void resolved(List<InetAddress> addresses) {
      if (attempt == this) {
        listener.resolved(addresses);
      }
    }

    @Override
    public void opened(Channel opened) {
      if (attempt != this) {
        opened.close("no longer wanted");
        return;
      }
      channel = opened;
      calls = new OutstandingCalls<>(opened, this);
      if (isForLargeCalls) {
        channel.carryLargeCallsOnly();
      }
      listener.connected();
    }

    @Override
    public void received(Channel from, byte[] buffer, int offset, int length) {
      if (from == channel) {
        replied(buffer, offset, length);
      }
    }

    @Override
    public Shape resultsOf(SentCall call) {
      return call.results();
    }

    @Override
    public void answered(SentCall call, XdrInput results) {
      roundTripNanos = timers.coarseNanoTime() - call.sentNanos();
      call.answered(Link.this, results);
    }

    @Override
    public void refused(SentCall call, String reason) {
      roundTripNanos = timers.coarseNanoTime() - call.sentNanos();
      call.failed(Link.this, reason);
    }

    @Override
    public void closed(Channel gone, String reason) {
      if (attempt == this) {
        disconnected(reason);
      }
    }
  }
}
