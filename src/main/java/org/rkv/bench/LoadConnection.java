package org.rkv.bench;

import org.rkv.net.EventLoop;

/** A connection to a server with some calls under way. Belongs to the thread of its event loop. */
interface LoadConnection {
  /** Hears of a connection, on the event loop's thread. */
  interface Listener {
    /** Calls can be made from now on. */
    void connected();

    /**
     * A call was answered.
     *
     * @param value what GET returned; null if it returned none
     */
    void answered(Kind kind, int key, int code, String value, long beganNanos);

    /** The connection is gone, or could not be made. Called last, and once. */
    void closed(String reason);
  }

  /** What can be connected to. */
  interface Server {
    /** Begins to connect, on the loop's thread, and returns at once. */
    LoadConnection connect(EventLoop loop, Listener listener);
  }

  /** How many calls have not been answered. */
  int underWay();

  /**
   * Makes a call; it leaves at the end of the loop's round. Only while the connection is there.
   *
   * @param key the number by which the listener knows the key
   * @param name what the server knows it by
   * @param fromNanos when the call began, as the listener counts it
   */
  void begin(Kind kind, int key, String name, String value, long fromNanos);

  /** Ends the connection; the listener hears why. */
  void close(String reason);
}
