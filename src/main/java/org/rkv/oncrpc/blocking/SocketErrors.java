package org.rkv.oncrpc.blocking;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;

/** What went wrong with a socket, in the words of strerror(3), as C programs print it. */
public final class SocketErrors {
  /** ECONNREFUSED: nobody listens there. */
  public static final String REFUSED = "Connection refused";

  /** ECONNRESET; libtirpc also says so when a connection ends instead of an answer. */
  public static final String RESET = "Connection reset by peer";

  /** ETIMEDOUT: a connect was never answered. */
  public static final String TIMED_OUT = "Connection timed out";

  /** EHOSTUNREACH. */
  public static final String NO_ROUTE = "No route to host";

  /** ENETUNREACH. */
  public static final String NETWORK_UNREACHABLE = "Network is unreachable";

  private SocketErrors() {}

  /** The text for an exception of java.net or java.nio. */
  public static String text(IOException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    if (e instanceof SocketTimeoutException || message.startsWith(TIMED_OUT)) {
      return TIMED_OUT;
    }
    if (message.startsWith(NETWORK_UNREACHABLE)) {
      return NETWORK_UNREACHABLE;
    }
    if (e instanceof ConnectException || e instanceof PortUnreachableException) {
      return REFUSED;
    }
    if (e instanceof NoRouteToHostException) {
      return NO_ROUTE;
    }
    if (e instanceof EOFException || message.startsWith("Connection reset")) {
      return RESET;
    }
    if (e instanceof ClosedChannelException) {
      return "Broken pipe";
    }
    return message.isEmpty() ? e.getClass().getSimpleName() : message;
  }
}
