package org.rkv.oncrpc;

/** What has gone through a server since it started. Read on the thread of its channels. */
public interface ServerStatistics {
  /** How many callers are connected. */
  int connections();

  /** How many calls have been deferred and not answered yet. */
  int callsUnderWay();

  /** How many calls of each procedure were executed, by its number. A copy. */
  long[] calls();

  /** How many calls were answered with an error of RPC. */
  long errors();
}
