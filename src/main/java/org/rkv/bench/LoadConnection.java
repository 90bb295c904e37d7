package org.rkv.bench;

import java.io.IOException;

/**
 * A blocking connection to a server with a few calls under way. Not thread-safe, but for {@link
 * #close}.
 */
interface LoadConnection extends AutoCloseable {
  /** Takes the answers. */
  interface Listener {
    /**
     * A call was answered.
     *
     * @param value what GET returned; null if it returned none
     */
    void answered(Kind kind, int key, int code, String value, long beganNanos);
  }

  /** Makes connections. */
  interface Factory {
    /**
     * Connects.
     *
     * @param pipeline the most calls that are under way at a time
     */
    LoadConnection connect(int pipeline) throws IOException;
  }

  /** How many calls have not been answered. */
  int underWay();

  /**
   * Lets {@link #exchange} fail when no answer comes for so long; at first it waits for ever. Costs
   * two system calls for each answer.
   */
  void timeout(int millis) throws IOException;

  /**
   * Adds a call to what is sent next; there is room for it.
   *
   * @param key the number by which the listener knows the key
   * @param name what the server knows it by
   */
  void begin(Kind kind, int key, String name, String value, long fromNanos);

  /**
   * Sends what has begun, and waits for some answers, however long; another thread may close the
   * connection, which ends the wait.
   */
  void exchange(Listener listener) throws IOException;

  @Override
  void close() throws IOException;
}
