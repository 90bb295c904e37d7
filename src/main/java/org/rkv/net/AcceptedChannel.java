package org.rkv.net;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A connection that a caller made. While the caller does not read, asks for too much, has too many
 * calls under way, or one that waits for a place in its {@link Lane} or for {@link BackPressure},
 * nothing more is read from it, so that TCP tells it to wait. That begins between two records, and
 * time in which we do not read counts for no time-out of the caller's. In a round in which much was
 * done it lets others go first, too, after each record; of one that says its first word only a sign
 * of life and a greeting are executed then. Belongs to the event loop's thread.
 */
final class AcceptedChannel extends TcpChannel implements Lane.Member, BackPressure.WaitingCall {
  /** Above this much unread output, nothing more is read. */
  static final int PAUSE_OUTPUT_BYTES = 256 * 1024;

  /** From so many deferred calls on, nothing more is read. */
  static final int MAX_CALLS_UNDER_WAY = 1024;

  /** Above this much unread output it has not long to take some, else as long as it may be idle. */
  private static final int STALLED_OUTPUT_BYTES = 1024 * 1024;

  /** So much of one that has said nothing yet is read at once, whatever else there is to do. */
  private static final int FIRST_BYTES = 4 * 1024;

  /** A caller that takes less of its replies in a second does not read. */
  private static final int LEAST_TAKEN_BYTES_A_SECOND = 1024;

  /** How long at least the growth of a connection is remembered, and at most twice that. */
  private static final long GROWTH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Callers may be many, and idle. */
  private static final int KEPT_BYTES = 2 * 1024;

  private final EventLoop loop;
  private final Connections connections;
  private final ChannelListener listener;

  private Lane lane;
  private boolean hasSpoken;

  /** Something has come, and is read after what others sent. */
  private boolean yielding;

  /** Nothing is read for a while. */
  private boolean resting;

  /** A call that may not be executed yet, or null. */
  private byte[] waitingCall;

  /** It is the first, and waits until others have been read. */
  private boolean waitsForTurn;

  /** It waits for a place in its lane, and then perhaps for the links. */
  private boolean waitsForPlace;

  private long waitsSinceNanos;

  private int callsUnderWay;
  private int reportedBytes;
  private long stalledNanos;
  private long stalledTakenBytes;
  private boolean hasUnread;
  private boolean isOfferedMore;
  private long grownBeforeBytes;
  private long grownBytes;
  private long grownNanos;

  /**
   * Takes over a socket that was accepted.
   *
   * @param connections whose limits it keeps
   */
  AcceptedChannel(
      EventLoop loop,
      SocketChannel socket,
      Framing framing,
      int maxMessageBytes,
      Connections connections,
      ChannelListener listener)
      throws IOException {
    super(loop, socket, framing, maxMessageBytes, KEPT_BYTES, listener);
    this.loop = loop;
    this.connections = connections;
    this.listener = listener;
  }

  @Override
  void scheduleFlush(Runnable task) {
    loop.flushes().addReplies(task);
  }

  /** Begins to read as one of the connections, before the listener hears of it. */
  void beginAccepted() throws IOException {
    connections.add(this);
    try {
      register();
    } catch (IOException e) {
      connections.remove(this);
      throw e;
    }
    tellOpened();
  }

  @Override
  public InetAddress address() {
    return remoteAddress().getAddress();
  }

  @Override
  public void setLane(Lane next) {
    if (lane != null) {
      lane.underWay(-callsUnderWay);
    }
    if (waitsForPlace) {
      lane.forget(this);
      next.enqueue(FairQueue.party(address()), this, waitsSinceNanos);
    }
    lane = next;
    lane.underWay(callsUnderWay);
  }

  @Override
  public void admit() {
    if (isOpen()) {
      connections.admit(this);
      readAsAdmitted();
    }
  }

  @Override
  public void rest(long millis) {
    if (isOpen() && !resting) {
      resting = true;
      loop.schedule(millis, this::hasRested);
      scheduleFlush();
    }
  }

  private void hasRested() {
    resting = false;
    scheduleFlush();
  }

  @Override
  void bytesReceived() {
    lane.active(this);
  }

  @Override
  int readableBytes() {
    if (lane.turn() != Lane.Turn.AFTER_OTHERS || !yieldsToOthers()) {
      return Integer.MAX_VALUE;
    }
    if (receivedBytes() == 0) {
      return FIRST_BYTES;
    }
    letOthersGoFirst();
    return 0;
  }

  @Override
  boolean yieldsToOthers() {
    return lane.turn() != Lane.Turn.AT_ONCE && loop.yieldingReads().isTime();
  }

  @Override
  void letOthersGoFirst() {
    yielding = true;
    if (lane.turn() == Lane.Turn.AFTER_OTHERS) {
      loop.yieldingReads().add(this::othersHaveRead);
    } else {
      loop.schedule(0, this::othersHaveRead);
    }
  }

  private void othersHaveRead() {
    yielding = false;
    if (waitsForTurn) {
      byte[] call = waitingCall;
      waitsForTurn = false;
      waitingCall = null;
      deliverInTurn(call);
    } else {
      goOn();
    }
  }

  @Override
  void bytesQueued(int bytes) {
    loop.yieldingReads().countAnswered(bytes);
  }

  @Override
  void bytesTaken() {
    lane.active(this);
  }

  @Override
  void queuedBytesChanged() {
    heldBytesChanged(); // at once: many answers may be made before the first is sent
  }

  @Override
  boolean isPaused() {
    return waitingCall != null
        || yielding
        || resting
        || queuedBytes() > PAUSE_OUTPUT_BYTES
        || callsUnderWay >= MAX_CALLS_UNDER_WAY;
  }

  @Override
  boolean hasCallsUnderWay() {
    return waitingCall != null || yielding || callsUnderWay > 0;
  }

  @Override
  public void callDeferred() {
    callsUnderWay++;
    lane.underWay(1);
  }

  @Override
  public void callAnswered() {
    callsUnderWay--;
    lane.underWay(-1);
    scheduleFlush(); // to go on reading, or to close what was only kept for the answer
  }

  @Override
  void deliver(byte[] buffer, int offset, int length) {
    if (!hasSpoken) {
      hasSpoken = true;
      CallKind first = listener.kindOf(buffer, offset, length);
      connections.spoke(this, first);
      if (yieldsToOthers() && !first.isExecutedFirst()) {
        waitingCall = Arrays.copyOfRange(buffer, offset, offset + length);
        waitsForTurn = true;
        letOthersGoFirst();
        return;
      }
    }
    if (lane.admits() && loop.backPressure().admits(length)) {
      super.deliver(buffer, offset, length);
      return;
    }
    CallKind kind = listener.kindOf(buffer, offset, length);
    waitsSinceNanos = loop.coarseNanoTime();
    if (kind.needsPlace() && !lane.admits()) {
      letWait(Arrays.copyOfRange(buffer, offset, offset + length), true);
    } else if (kind == CallKind.REPLICATING && !loop.backPressure().admits(length)) {
      letWait(Arrays.copyOfRange(buffer, offset, offset + length), false);
    } else {
      super.deliver(buffer, offset, length);
    }
  }

  private void letWait(byte[] call, boolean forPlace) {
    waitingCall = call;
    waitsForPlace = forPlace;
    if (forPlace) {
      lane.enqueue(FairQueue.party(address()), this, waitsSinceNanos);
    } else {
      loop.backPressure().enqueue(this, call.length, waitsSinceNanos);
    }
    scheduleFlush();
  }

  @Override
  public void execute() {
    byte[] call = waitingCall;
    waitingCall = null;
    boolean hasPlace = waitsForPlace;
    waitsForPlace = false;
    if (hasPlace
        && !loop.backPressure().admits(call.length)
        && listener.kindOf(call, 0, call.length) == CallKind.REPLICATING) {
      letWait(call, false);
    } else {
      deliverLate(call);
    }
  }

  @Override
  public int reportedBytes() {
    return reportedBytes;
  }

  @Override
  public long grownBytes() {
    return receivedBytes() - grownBeforeBytes;
  }

  @Override
  public int heldBytes() {
    return super.heldBytes() + (waitingCall == null ? 0 : waitingCall.length);
  }

  @Override
  void heldBytesChanged() {
    int held = isOpen() ? heldBytes() : 0;
    int difference = held - reportedBytes;
    if (difference != 0) {
      reportedBytes = held;
      lane.buffered(difference);
    }
  }

  @Override
  public String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos) {
    noteGrowth(nowNanos);
    if (isMessageOverdue(nowNanos, maxStalledNanos)) {
      return "half a record, and next to nothing more";
    }
    if (isStalled(nowNanos, maxIdleNanos, maxStalledNanos)) {
      return "it does not read its replies";
    }
    return isIdle(nowNanos, maxIdleNanos) ? Lane.IDLE : null;
  }

  private void noteGrowth(long nowNanos) {
    if (nowNanos - grownNanos >= GROWTH_NANOS) {
      grownBeforeBytes = grownBytes;
      grownBytes = receivedBytes();
      grownNanos = nowNanos;
    }
  }

  /**
   * Whether it has taken next to nothing for so long, though there is something for it. What the
   * other end took shows only when the system has room for more: so it is offered more once before
   * that is believed.
   */
  private boolean isStalled(long nowNanos, long maxIdleNanos, long maxStalledNanos) {
    long maxNanos =
        queuedBytes() > STALLED_OUTPUT_BYTES
            ? maxStalledNanos
            : Math.max(maxIdleNanos, maxStalledNanos);
    long leastBytes =
        (long) (LEAST_TAKEN_BYTES_A_SECOND * (maxNanos / (double) TimeUnit.SECONDS.toNanos(1)));
    boolean hadUnread = hasUnread;
    hasUnread = queuedBytes() > 0;
    if (!hasUnread || !hadUnread || takenBytes() - stalledTakenBytes > leastBytes) {
      stalledNanos = nowNanos;
      stalledTakenBytes = takenBytes();
      isOfferedMore = false;
    }
    if (nowNanos - stalledNanos <= maxNanos) {
      return false;
    }
    boolean wasOfferedMore = isOfferedMore;
    isOfferedMore = true;
    scheduleFlush();
    return wasOfferedMore;
  }

  @Override
  void ended() {
    if (waitsForPlace) {
      lane.forget(this);
    } else if (waitingCall != null && !waitsForTurn) {
      loop.backPressure().forget(this);
    }
    waitingCall = null;
    waitsForPlace = false;
    waitsForTurn = false;
    connections.remove(this);
    reportedBytes = 0;
  }
}
