package org.rkv.http;

import org.rkv.net.Framing;
import org.rkv.net.MessageReader;

/** What is received is the head of a request; what is sent is a response as it is. Immutable. */
final class RequestFraming implements Framing {
  @Override
  public MessageReader reader(int maxMessageBytes) {
    return new RequestReader(maxMessageBytes);
  }

  @Override
  public int headerBytes() {
    return 0;
  }

  @Override
  public void putHeader(byte[] target, int offset, int messageBytes) {
    // A response says itself how long it is.
  }
}
