package org.rkv.client;

import org.rkv.protocol.ResponseText;

/**
 * A call was not carried out: a read was not answered by any replica that it could be sent to, or a
 * replica refused the call as a whole. The store is as if the call had never been made. The {@link
 * #reason} is what libtirpc's clnt_sperror prints behind {@code "RPC: "}.
 */
public final class CallFailedException extends RkvException {
  private static final long serialVersionUID = 1L;

  /** What the message says behind the replica, if that may not be called; else null. */
  private final String notPermitted;

  CallFailedException(String reason, String replica, Throwable cause) {
    this(reason, replica, null, cause);
  }

  private CallFailedException(String reason, String replica, String notPermitted, Throwable cause) {
    super(reason, replica, reason, cause);
    this.notPermitted = notPermitted;
  }

  /** The replica refused the call, since it lets us not read, or not write. */
  static CallFailedException notPermitted(String reason, String replica, boolean isWrite) {
    return new CallFailedException(reason, replica, ResponseText.notPermitted(isWrite), null);
  }

  /**
   * Whether the replica lets us not read, or not write, as its operator has decided: it would
   * refuse the same call again.
   */
  public boolean isNotPermitted() {
    return notPermitted != null;
  }

  @Override
  public String getMessage() {
    return notPermitted == null
        ? super.getMessage()
        : replica().orElse("the replica") + " " + notPermitted;
  }

  @Override
  CallFailedException thrownHere() {
    return new CallFailedException(reason(), replica().orElse(null), notPermitted, this);
  }
}
