package org.rkv.client;

/**
 * A write was sent, or some of it may have been, and no answer came: it may have been applied, or
 * may be applied later, or not at all. The {@link #reason} why there is no answer is what
 * libtirpc's clnt_sperror prints behind {@code "RPC: "}.
 */
public final class OutcomeUnknownException extends RkvException {
  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(String reason, String replica, Throwable cause) {
    super(
        reason,
        replica,
        "outcome unknown: the write may have been applied (" + reason + ")",
        cause);
  }

  @Override
  OutcomeUnknownException thrownHere() {
    return new OutcomeUnknownException(reason(), replica().orElse(null), this);
  }
}
