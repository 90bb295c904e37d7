package org.rkv.client;

import java.io.IOException;
import java.util.Optional;

/**
 * A call brought no result. The message names the replica that it was sent to, or was to be sent
 * to. The subclasses tell what that means for the store:
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

  private final String reason;
  private final String replica;

  /**
   * A failure at a replica.
   *
   * @param reason what {@link #reason} says
   * @param replica as it was named, or null if it is about none
   * @param text what the message says behind the replica
   */
  RkvException(String reason, String replica, String text, Throwable cause) {
    super(replica == null ? text : replica + ": " + text, cause);
    this.reason = reason;
    this.replica = replica;
  }

  /**
   * Why there is no result, without the replica: what libtirpc prints behind {@code "RPC: "}, where
   * it would print something.
   */
  public final String reason() {
    return reason;
  }

  /** The replica that failed, as it was named; empty if the failure is about none. */
  public final Optional<String> replica() {
    return Optional.ofNullable(replica);
  }

  /**
   * The same failure as one thrown here: a call fails on the client's thread, and the stack that
   * helps is that of the thread which waits for it.
   */
  abstract RkvException thrownHere();
}
