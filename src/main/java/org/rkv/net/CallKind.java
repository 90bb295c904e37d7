package org.rkv.net;

/** What a call costs those who serve it, which is all that matters before it is executed. */
public enum CallKind {
  /** Says who calls, and is answered at once. */
  GREETING,

  /**
   * Asks how the server is, or only whether it is there: answered at once, whatever else there is
   * to do.
   */
  SIGN_OF_LIFE,

  /** Is answered at once: it never waits, and is never under way. */
  PROMPT,

  /** May be answered only when others have been asked. */
  ASKING,

  /** The same, and sends what it was given over links. */
  REPLICATING;

  /** Whether it is executed first when it is what a new connection begins with. */
  boolean isExecutedFirst() {
    return this == GREETING || this == SIGN_OF_LIFE;
  }

  /** Whether it may be under way for a while, and so needs a place. */
  public boolean needsPlace() {
    return this == ASKING || this == REPLICATING;
  }
}
