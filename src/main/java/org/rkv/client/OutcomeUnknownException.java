package org.rkv.client;

/**
 * A write was sent, or some of it may have been, and no answer came: it may have been applied, or
 * may be applied later, or not at all. It is never sent again by the client.
 */
public final class OutcomeUnknownException extends RkvException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  OutcomeUnknownException(String reason, Throwable cause) {
    super("outcome unknown: the write may have been applied (" + reason + ")", cause);
    this.reason = reason;
  }

  /** Why there is no answer: what libtirpc's clnt_sperror prints behind {@code "RPC: "}. */
  public String reason() {
    return reason;
  }

  @Override
  OutcomeUnknownException thrownHere() {
    return new OutcomeUnknownException(reason, this);
  }
}
