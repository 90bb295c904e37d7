package org.rkv.client;

import java.io.IOException;

/**
 * A call brought no result. The subclasses tell what that means for the store:
 *
 * <ul>
 *   <li>{@link ConnectFailedException}: no replica was reached; nothing was sent.
 *   <li>{@link CallFailedException}: nothing was changed.
 *   <li>{@link RefusedException}: nothing was changed, since a limit of the store forbids it.
 *   <li>{@link AnnouncedFailedException}: a replica answered that the operation failed; a write may
 *       still be applied, later.
 *   <li>{@link OutcomeUnknownException}: a write was sent, and nobody knows what became of it.
 * </ul>
 */
public abstract sealed class RkvException extends IOException
    permits ConnectFailedException,
        CallFailedException,
        RefusedException,
        AnnouncedFailedException,
        OutcomeUnknownException {
  private static final long serialVersionUID = 1L;

  RkvException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The same failure as one thrown here: a call fails on the client's thread, and the stack that
   * helps is that of the thread which waits for it.
   */
  abstract RkvException thrownHere();
}
