package org.rkv.net;

import java.util.Arrays;

/**
 * The calls that came as datagrams and that may not be executed yet: they share a {@link Lane} with
 * the connections of strangers, and wait for {@link BackPressure} as these do. A socket cannot be
 * left unread for one sender only, so they are kept here, a bounded number of them; who sends what
 * is left out repeats it. Since anybody can claim any address, all of them count as one party.
 * Belongs to the event loop's thread.
 */
final class WaitingDatagrams {
  /** So many bytes may wait, each call counted with what it takes beside its text. */
  private static final int MAX_BYTES = 1024 * 1024;

  private static final int BYTES_BESIDE_TEXT = 512;

  private final Timers timers;
  private final Lane lane;
  private final BackPressure backPressure;
  private final ChannelListener listener;
  private int bytes;

  /**
   * None wait.
   *
   * @param lane in which they need a place
   * @param listener that they are for
   */
  WaitingDatagrams(Timers timers, Lane lane, BackPressure backPressure, ChannelListener listener) {
    this.timers = timers;
    this.lane = lane;
    this.backPressure = backPressure;
    this.listener = listener;
  }

  /**
   * Hands a message on, now or later.
   *
   * @param buffer is copied if that is necessary
   * @return whether it does; if not, too many wait already
   */
  boolean take(Channel sender, byte[] buffer, int length) {
    if (lane.admits() && backPressure.admits(length)) {
      listener.received(sender, buffer, 0, length);
      return true;
    }
    CallKind kind = listener.kindOf(buffer, 0, length);
    boolean waitsForPlace = kind.needsPlace() && !lane.admits();
    if (!waitsForPlace && !waitsForLinks(kind, length)) {
      listener.received(sender, buffer, 0, length);
      return true;
    }
    if (bytes + length + BYTES_BESIDE_TEXT > MAX_BYTES) {
      return false;
    }
    Datagram datagram =
        new Datagram(sender, Arrays.copyOf(buffer, length), kind, timers.coarseNanoTime());
    bytes += length + BYTES_BESIDE_TEXT;
    if (waitsForPlace) {
      lane.enqueue(this, datagram, datagram.sinceNanos);
    } else {
      datagram.waitForLinks();
    }
    return true;
  }

  private boolean waitsForLinks(CallKind kind, int length) {
    return kind == CallKind.REPLICATING && !backPressure.admits(length);
  }

  /** One that waits for its place, and then perhaps for the links. */
  private final class Datagram implements BackPressure.WaitingCall {
    private final Channel sender;
    private final byte[] message;
    private final CallKind kind;
    private final long sinceNanos;
    private boolean hasWaitedForLinks;

    Datagram(Channel sender, byte[] message, CallKind kind, long sinceNanos) {
      this.sender = sender;
      this.message = message;
      this.kind = kind;
      this.sinceNanos = sinceNanos;
    }

    void waitForLinks() {
      hasWaitedForLinks = true;
      backPressure.enqueue(this, message.length, sinceNanos);
    }

    @Override
    public void execute() {
      if (!hasWaitedForLinks && waitsForLinks(kind, message.length)) {
        waitForLinks();
        return;
      }
      bytes -= message.length + BYTES_BESIDE_TEXT;
      if (sender.isOpen()) {
        listener.received(sender, message, 0, message.length);
      }
    }
  }
}
