package org.rkv.client;

import java.io.IOException;

/**
 * There is no connection to a replica; nothing was sent to one. The message is what libtirpc's
 * clnt_pcreateerror prints behind {@code "RPC: "}; the cause, where there is one, says more.
 */
public final class ConnectFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  ConnectFailedException(String reason, Exception cause) {
    super(reason, cause);
  }
}
