package org.rkv.client;

/**
 * A replica answered "failed" (code 1): it could not reach all other replicas, or does not serve
 * yet. A read may be tried again. A write announced as failed is not rolled back: it may take
 * effect once, at any later time, or not at all.
 */
public final class AnnouncedFailedException extends RkvException {
  private static final long serialVersionUID = 1L;

  AnnouncedFailedException(String command, String replica) {
    this(command + " was announced as failed", replica, null);
  }

  private AnnouncedFailedException(String reason, String replica, Throwable cause) {
    super(reason, replica, reason, cause);
  }

  @Override
  AnnouncedFailedException thrownHere() {
    return new AnnouncedFailedException(reason(), replica().orElse(null), this);
  }
}
