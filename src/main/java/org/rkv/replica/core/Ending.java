package org.rkv.replica.core;

/** Hears how an incarnation ends that is not closed. */
public interface Ending {
  /**
   * It is over, since it has to catch up: begins the next one, with nothing in its store.
   *
   * @param kept what is to be kept of this one, or null
   */
  void beginAnew(FormerCopy kept);

  /** It can never serve. */
  void end(String why);

  /** What the data directory holds is old, and another process has its incarnation. */
  void giveWay(String why);
}
