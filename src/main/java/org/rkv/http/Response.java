package org.rkv.http;

import java.nio.charset.StandardCharsets;

/**
 * What a request is answered with. Immutable.
 *
 * @param status of RFC 9110
 * @param type of the body
 * @param body not to be changed
 * @param policy what a browser may load for it: Content-Security-Policy
 */
public record Response(int status, String type, byte[] body, String policy) {
  private static final String LOADS_NOTHING = "default-src 'none'; frame-ancestors 'none'";

  /** What no browser loads anything for. */
  public Response(int status, String type, byte[] body) {
    this(status, type, body, LOADS_NOTHING);
  }

  /** Lines of text. */
  public static Response text(int status, String text) {
    return new Response(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Its name, for people. */
  String reason() {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 421 -> "Misdirected Request";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  /** With the head before it. */
  byte[] encoded(boolean withBody) {
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + reason()
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length
            + "\r\nCache-Control: no-store"
            + "\r\nX-Content-Type-Options: nosniff"
            + "\r\nReferrer-Policy: no-referrer"
            + "\r\nContent-Security-Policy: "
            + policy
            + (status == 405 ? "\r\nAllow: GET, HEAD" : "")
            + "\r\nConnection: close\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[headBytes.length + (withBody ? body.length : 0)];
    System.arraycopy(headBytes, 0, all, 0, headBytes.length);
    if (withBody) {
      System.arraycopy(body, 0, all, headBytes.length, body.length);
    }
    return all;
  }
}
