package org.rkv.oncrpc;

/** What has gone through a server since it started. Belongs to the thread of the server. */
public interface ServerStatistics {
  /** How many callers are connected. */
  int connections();

  /** How many calls have been deferred and not answered yet. */
  int callsUnderWay();

  /** How many calls of each procedure were executed since the start, by its number. A copy. */
  long[] calls();

  /** How many calls were answered with an error of RPC since the start. */
  long errors();
}
