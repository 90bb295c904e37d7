package org.rkv.client;

/**
 * There is no connection to a replica; nothing was sent to one. The {@link #reason} is what
 * libtirpc's clnt_pcreateerror prints behind {@code "RPC: "}; the cause, where there is one, says
 * more. Where several replicas were tried, this is about the first; the others are suppressed
 * exceptions.
 */
public final class ConnectFailedException extends RkvException {
  private static final long serialVersionUID = 1L;

  ConnectFailedException(String reason, String replica, Throwable cause) {
    super(reason, replica, reason, cause);
  }

  @Override
  ConnectFailedException thrownHere() {
    return new ConnectFailedException(reason(), replica().orElse(null), this);
  }
}
