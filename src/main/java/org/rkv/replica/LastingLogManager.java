package org.rkv.replica;

import java.util.logging.LogManager;

/**
 * Keeps its handlers to the end of the process. The JDK's own takes them away in a shutdown hook,
 * which runs beside the one in which a replica stops and says so.
 */
public final class LastingLogManager extends LogManager {
  /** Made by java.util.logging. */
  public LastingLogManager() {}

  /** Does nothing: only the shutdown hook calls it, and before there is any handler. */
  @Override
  public void reset() {}
}
