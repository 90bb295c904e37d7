package org.rkv.http;

import java.util.Arrays;
import org.rkv.net.MessageReader;

/**
 * Cuts the head of a request out of what comes: up to the first empty line. What follows is passed
 * over, since only one request of a connection is answered, and none that has a body. Belongs to
 * the thread of its connection.
 */
final class RequestReader implements MessageReader {
  private static final int FIRST_BYTES = 256;

  private final int maxBytes;
  private byte[] head = new byte[FIRST_BYTES];
  private int length;
  private int consumed;
  private boolean complete;

  RequestReader(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public String feed(byte[] bytes, int offset, int end, Sink sink) {
    consumed = end;
    for (int at = offset; at < end && !complete; at++) {
      if (length == maxBytes) {
        return "a request whose head is longer than " + maxBytes + " bytes";
      }
      if (length == head.length) {
        head = Arrays.copyOf(head, Math.min(2 * length, maxBytes));
      }
      head[length++] = bytes[at];
      complete = bytes[at] == '\n' && isEmptyLine();
    }
    if (complete && length > 0) {
      int whole = length;
      length = 0;
      sink.message(head, 0, whole);
      head = new byte[0];
    }
    return null;
  }

  /** Lines may end without a carriage return (RFC 9112, section 2.2). */
  private boolean isEmptyLine() {
    int before = length - 2;
    if (before >= 0 && head[before] == '\r') {
      before--;
    }
    return before < 0 || head[before] == '\n';
  }

  @Override
  public int consumed() {
    return consumed;
  }

  @Override
  public boolean isInsideMessage() {
    return length > 0;
  }

  @Override
  public int receivedBytes() {
    return length;
  }

  @Override
  public int heldBytes() {
    return head.length;
  }
}
