package org.rkv.portmap;

import java.io.IOException;

/**
 * The portmapper could not be asked, or refused the question. The message is what a C program
 * (libtirpc's clnt_spcreateerror) prints behind {@code "RPC: "}; the cause is what java.net said.
 */
public final class PortmapException extends IOException {
  /** What went wrong, so far as a caller may want to act on it. */
  public enum Reason {
    /** The host is there, and nobody listens on the portmapper's port. */
    REFUSED,
    /** Nothing came back in time: neither for the connection nor for the question. */
    TIMED_OUT,
    /** There is no way to the host. */
    UNREACHABLE,
    /** The connection ended, or brought something that is no answer. */
    BROKEN,
    /**
     * A server answered that it does not execute the call: it is no portmapper, or not of this
     * version.
     */
    REJECTED
  }

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  PortmapException(Reason reason, String message, Exception cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
