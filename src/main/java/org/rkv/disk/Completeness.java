package org.rkv.disk;

/** Whether a data directory has all that its replica ever acknowledged, as its manifest says. */
public enum Completeness {
  /** It was made lately, and has never caught up. */
  NEW,
  /** It is becoming equal to other replicas, and has not got everything. */
  CATCHING_UP,
  /** It was complete; something may since have been lost that nobody can tell from a torn end. */
  DOUBTFUL,
  /** All that was acknowledged is there. */
  COMPLETE
}
