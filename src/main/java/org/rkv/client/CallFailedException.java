package org.rkv.client;

/**
 * A call was not carried out: a read was not answered by any replica that it could be sent to, or a
 * replica refused the call as a whole. The store is as if the call had never been made. The {@link
 * #reason} is what libtirpc's clnt_sperror prints behind {@code "RPC: "}.
 */
public final class CallFailedException extends RkvException {
  private static final long serialVersionUID = 1L;

  CallFailedException(String reason, String replica, Throwable cause) {
    super(reason, replica, reason, cause);
  }

  @Override
  CallFailedException thrownHere() {
    return new CallFailedException(reason(), replica().orElse(null), this);
  }
}
