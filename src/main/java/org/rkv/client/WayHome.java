package org.rkv.client;

import java.io.IOException;
import java.util.random.RandomGenerator;
import org.rkv.net.Timers;

/**
 * Brings a client that is connected to another replica back to its first choice: otherwise, after
 * all have been restarted one by one, nobody is left at the last. That is tried after 30 to 90 s,
 * so that not all clients come in the same moment, and again after as long. The replica is asked
 * first whether it serves; then the client changes over as soon as no call is under way. Belongs to
 * the loop's thread.
 */
final class WayHome {
  /**
   * After how long it is tried.
   *
   * @param minMillis at least
   * @param maxMillis at most
   */
  record Delay(long minMillis, long maxMillis) {
    static final Delay DEFAULT = new Delay(30_000, 90_000);
  }

  /** How long connecting and the answer may take. */
  private static final long MAX_ASKING_MILLIS = 5_000;

  /** How long new calls may wait until those under way are answered. */
  private static final long MAX_PAUSE_MILLIS = 500;

  /** The client that is to come home. */
  interface Client {
    /** Whether it is connected elsewhere. */
    boolean isAway();

    /** Connects to the first choice; then calls {@link #connected}, or {@link #notConnected}. */
    void connectHome();

    /**
     * Takes over a connected socket.
     *
     * @throws IOException if it is closed already
     */
    Connection open(ReplicaSelector.Connected connected) throws IOException;

    /** Has the replica asked whether it serves; then calls {@link #heard}. */
    void ask(Connection at);

    /** Calls need not wait, or need not any longer; or it is time to change over. */
    void goOn();
  }

  private final Timers timers;
  private final Client client;
  private final RandomGenerator random;
  private final Delay delay;
  private boolean isUnderWay;
  private boolean isReady;
  private Connection connection;

  /** Nothing is under way before {@link #begin}. */
  WayHome(Timers timers, Client client, RandomGenerator random, Delay delay) {
    this.timers = timers;
    this.client = client;
    this.random = random;
    this.delay = delay;
  }

  /** The client may be connected elsewhere now. */
  void begin() {
    if (!isUnderWay && client.isAway()) {
      isUnderWay = true;
      timers.schedule(random.nextLong(delay.minMillis(), delay.maxMillis() + 1), this::go);
    }
  }

  private void go() {
    if (client.isAway()) {
      client.connectHome();
    } else {
      isUnderWay = false;
    }
  }

  /** The first choice can be reached. */
  void connected(ReplicaSelector.Connected connected) {
    try {
      connection = client.open(connected);
    } catch (IOException e) {
      Dialer.closeQuietly(connected.socket());
      notConnected();
      return;
    }
    giveUpAfter(MAX_ASKING_MILLIS, connection);
    client.ask(connection);
  }

  /** The first choice cannot be reached. */
  void notConnected() {
    isUnderWay = false;
    begin();
  }

  private void giveUpAfter(long millis, Connection candidate) {
    timers.schedule(
        millis,
        () -> {
          if (candidate == connection) {
            close();
            notConnected();
            client.goOn();
          }
        });
  }

  /** A replica has said whether it serves, or has said nothing about it. */
  void heard(Connection by, boolean saysThatItDoesNotServe) {
    if (by != connection) {
      return;
    }
    if (saysThatItDoesNotServe) {
      close();
      notConnected();
    } else {
      isReady = true;
      giveUpAfter(MAX_PAUSE_MILLIS, connection);
      client.goOn();
    }
  }

  /** A connection has broken. */
  void broke(Connection by) {
    if (by == connection) {
      close();
      notConnected();
      client.goOn();
    }
  }

  /** Whether the client is to change over as soon as no call is under way. */
  boolean isReady() {
    return isReady;
  }

  /** Hands over the connection, when it is ready. */
  Connection take() {
    Connection home = connection;
    connection = null;
    isReady = false;
    isUnderWay = false;
    return home;
  }

  /** Ends the connection, if there is one. */
  void close() {
    if (connection != null) {
      take().close().forEach(call -> call.failLost("Not needed any more", null));
    }
  }
}
