package org.rkv.oncrpc;

import org.rkv.net.Channel;

/**
 * Who may call which procedure. It is asked before each call is executed, so it must be quick and
 * never block. Belongs to the thread of its server.
 */
public interface CallPermission {
  /** Everybody may call everything. */
  CallPermission EVERYBODY = (caller, procedure) -> true;

  /**
   * Whether this call may be executed.
   *
   * @param caller who may be just the sender of a datagram
   * @param procedure one that the program has
   */
  boolean isGiven(Channel caller, int procedure);
}
