package org.rkv.disk;

import java.io.IOException;

/** A directory, or a file in it, was taken away or replaced while it was in use. */
public final class GoneException extends IOException {
  private static final long serialVersionUID = 1;

  /** In one line. */
  public GoneException(String message) {
    super(message);
  }
}
