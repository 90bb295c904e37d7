package org.rkv.disk;

import java.io.IOException;

/** The data directory cannot be used as it is; the message is one line for the operator. */
public class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  /** With that line. */
  public RefusedException(String message) {
    super(message);
  }

  /** With that line, and what it comes from. */
  public RefusedException(String message, IOException cause) {
    super(message, cause);
  }
}
