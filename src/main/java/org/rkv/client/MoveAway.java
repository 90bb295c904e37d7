package org.rkv.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;

/**
 * Takes a client to another replica when the one that it is connected to does not serve it: reads
 * are answered "failed", or it says itself that it does not serve, when it is asked after a write
 * that failed. A write that fails moves nobody by itself: when one replica is away, writes fail at
 * all others. So may reads; therefore, as long as moving does not help, it is done more and more
 * rarely. Belongs to the loop's thread.
 */
final class MoveAway {
  private static final long MIN_REST_MILLIS = 1_000;
  private static final long MAX_REST_MILLIS = 30_000;

  /** How long a call waits for another replica before it ends with what it has been answered. */
  static final long MAX_WAIT_MILLIS = 2_000;

  /** How long it is believed that a replica serves. */
  private static final long MIN_MILLIS_BETWEEN_QUESTIONS = 5_000;

  /** The client that is to be moved. */
  interface Client {
    /** What calls are sent on, or null. */
    Connection connection();

    /** How many replicas there are. */
    int replicas();

    /** Takes one repeat out of the budget, if there is one. */
    boolean mayRepeat();

    /** Has the replica asked whether it serves; then calls {@link #heard}. */
    void ask(Connection at);

    /** Connects to another replica; then calls {@link #moved}, or {@link #notMoved}. */
    void connectElsewhere(Connection from);

    /** Sends these to the present replica, or to the next one to be connected, before others. */
    void sendFirst(List<ClientCall<?>> calls);
  }

  private final Timers timers;
  private final Client client;

  /** What was answered "failed", and waits for another replica. */
  private final Queue<ClientCall<?>> moving = new ArrayDeque<>();

  private boolean isAsking;
  private boolean isMoving;

  /** Whether that takes so long that no call waits for it any more. */
  private boolean isLate;

  private int moves;
  private long nextQuestionNanos;
  private long nextMoveNanos;
  private long restMillis = MIN_REST_MILLIS;

  MoveAway(Timers timers, Client client) {
    this.timers = timers;
    this.client = client;
    nextQuestionNanos = timers.nanoTime();
    nextMoveNanos = nextQuestionNanos;
  }

  /** The call that waits longest for another replica, or null. */
  ClientCall<?> oldest() {
    return moving.peek();
  }

  /**
   * A replica has answered "failed".
   *
   * @return false if the call ends with that; else it is taken care of here
   */
  boolean takes(Connection by, ClientCall<?> call, AnnouncedFailedException failure) {
    if (client.replicas() < 2) {
      return false;
    }
    if (by != client.connection()) { // It has been left already.
      if (!mayRepeat(call)) {
        return false;
      }
      call.repeat(failure);
      client.sendFirst(List.of(call));
      return true;
    }
    boolean isOnTheWay = isMoving ? !isLate : (call.isWrite() ? isAskingAt(by) : mayMove());
    if (!isOnTheWay || !mayRepeat(call)) {
      return false;
    }
    call.repeat(failure);
    moving.add(call);
    if (!isMoving && !call.isWrite()) {
      move();
    }
    return true;
  }

  private boolean mayRepeat(ClientCall<?> call) {
    return call.mayBeRepeated() && client.mayRepeat();
  }

  private boolean mayMove() {
    return timers.nanoTime() - nextMoveNanos >= 0;
  }

  private boolean isAskingAt(Connection by) {
    long now = timers.nanoTime();
    if (!isAsking && now - nextQuestionNanos >= 0) {
      isAsking = true;
      nextQuestionNanos = now + TimeUnit.MILLISECONDS.toNanos(MIN_MILLIS_BETWEEN_QUESTIONS);
      client.ask(by);
    }
    return isAsking;
  }

  /** A replica has said whether it serves, or has said nothing about it. */
  void heard(Connection by, boolean saysThatItDoesNotServe) {
    isAsking = false;
    if (isMoving) {
      return;
    }
    if (by != client.connection()) { // It has been lost meanwhile: whatever waits goes to the next.
      sendMoving();
    } else if (saysThatItDoesNotServe && mayMove()) {
      move();
    } else {
      notMoved();
    }
  }

  private void move() {
    isMoving = true;
    isLate = false;
    int number = ++moves;
    timers.schedule(MAX_WAIT_MILLIS, () -> giveUpWaiting(number));
    long now = timers.nanoTime();
    if (now - nextMoveNanos > TimeUnit.MILLISECONDS.toNanos(MAX_REST_MILLIS)) {
      restMillis = MIN_REST_MILLIS; // This one has served for long.
    }
    nextMoveNanos = now + TimeUnit.MILLISECONDS.toNanos(restMillis);
    restMillis = Math.min(MAX_REST_MILLIS, 2 * restMillis);
    client.connectElsewhere(client.connection());
  }

  private void giveUpWaiting(int number) {
    if (isMoving && number == moves) {
      isLate = true;
      endWaiting();
    }
  }

  /** A call that was answered "failed" before has been answered elsewhere: moving helps. */
  void helped() {
    restMillis = MIN_REST_MILLIS;
  }

  /** Another replica is connected. */
  void moved() {
    isMoving = false;
    nextQuestionNanos = timers.nanoTime();
    sendMoving();
  }

  private void sendMoving() {
    List<ClientCall<?>> calls = List.copyOf(moving);
    moving.clear();
    client.sendFirst(calls);
  }

  /** No other replica can be reached, or there is no need: what waited ends as it did before. */
  void notMoved() {
    isMoving = false;
    endWaiting();
  }

  private void endWaiting() {
    ClientCall<?> call;
    while ((call = moving.poll()) != null) {
      call.failAsBefore();
    }
  }

  /** Ends the calls whose time is over. */
  void failOverdue(long nowNanos) {
    while (!moving.isEmpty() && moving.peek().dueNanos() - nowNanos <= 0) {
      moving.poll().failAsBefore();
    }
  }
}
