package org.rkv.disk;

import java.io.IOException;

/** There is no room on the disk, or the quota of the user is used up. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * In one line.
   *
   * @param cause what the system said, or null
   */
  public DiskFullException(String message, IOException cause) {
    super(message, cause);
  }
}
