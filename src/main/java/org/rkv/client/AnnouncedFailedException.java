package org.rkv.client;

/**
 * A replica answered "failed" (code 1): it could not reach all other replicas, or does not serve
 * yet. A read may be tried again. A write announced as failed is not rolled back: it may take
 * effect once, at any later time, or not at all.
 */
public final class AnnouncedFailedException extends RkvException {
  private static final long serialVersionUID = 1L;

  private final String command;

  AnnouncedFailedException(String command, Throwable cause) {
    super(command + " was announced as failed", cause);
    this.command = command;
  }

  @Override
  AnnouncedFailedException thrownHere() {
    return new AnnouncedFailedException(command, this);
  }
}
