package org.rkv.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A connection whose other end is a test: it keeps what is sent, and says what is received. */
public final class ChannelInMemory implements Channel {
  public final List<byte[]> sent = new ArrayList<>();
  public String closedWith;
  public boolean carriesLargeCallsOnly;
  public boolean isConnection = true;
  public int queuedBytes;
  public long takenBytes;
  private final InetSocketAddress remoteAddress;
  private final ChannelListener listener;
  private Object attachment;

  public ChannelInMemory(int remotePort, ChannelListener listener) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), remotePort), listener);
  }

  public ChannelInMemory(InetSocketAddress remoteAddress, ChannelListener listener) {
    this.remoteAddress = remoteAddress;
    this.listener = listener;
  }

  /** The other end sends a message. */
  public void receive(String digits) {
    byte[] message = Hex.bytes("99999999" + digits + "99999999"); // not at offset 0
    listener.received(this, message, 4, message.length - 8);
  }

  /** The other end is gone. */
  public void end(String reason) {
    closedWith = reason;
    listener.closed(this, reason);
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean isConnection() {
    return isConnection;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  @Override
  public void attach(Object newAttachment) {
    attachment = newAttachment;
  }

  @Override
  public void carryLargeCallsOnly() {
    carriesLargeCallsOnly = true;
  }

  @Override
  public boolean isOpen() {
    return closedWith == null;
  }

  @Override
  public void send(byte[] message, int offset, int length) {
    if (isOpen()) {
      sent.add(Arrays.copyOfRange(message, offset, offset + length));
    }
  }

  @Override
  public int queuedBytes() {
    return queuedBytes;
  }

  @Override
  public long takenBytes() {
    return takenBytes;
  }

  @Override
  public void close(String reason) {
    if (isOpen()) {
      end(reason);
    }
  }
}
