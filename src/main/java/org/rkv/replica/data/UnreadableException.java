package org.rkv.replica.data;

import java.io.IOException;
import org.rkv.disk.DamagedException;
import org.rkv.disk.RefusedException;

/**
 * What is in a data directory cannot be used. That will be so at the next start too, until somebody
 * does what the message says, in one line.
 */
public final class UnreadableException extends IOException {
  private static final long serialVersionUID = 1;

  private static final String WHAT_TO_DO =
      "; if another replica serves (rkv OTHER STATUS), or if all others wait for this one alone and"
          + " one of them has a complete directory, stop this replica, move the directory away, and"
          + " start it again";

  UnreadableException(String place, RefusedException cause) {
    super(
        "the data directory "
            + place
            + ": "
            + cause.getMessage()
            + (cause instanceof DamagedException ? WHAT_TO_DO : ""),
        cause);
  }

  /** Whether it had been whole once: else it is of another format, or no data directory at all. */
  public boolean isDamage() {
    return getCause() instanceof DamagedException;
  }
}
