package org.rkv.portmap;

import org.rkv.net.CallKind;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.oncrpc.RpcServer;
import org.rkv.oncrpc.XdrInput;

/**
 * Gives each call to the server of its version: the same procedure has other arguments in another.
 * The first server takes what has no other, and answers for versions that nobody has. Belongs to
 * the thread of its channels.
 */
final class VersionSplit implements ChannelListener {
  /** Where a call names its version: after xid, type, and two numbers (RFC 5531 section 9). */
  private static final int VERSION_OFFSET = 16;

  private final RpcServer version2;
  private final RpcServer version3;
  private final RpcServer version4;

  VersionSplit(RpcServer version2, RpcServer version3, RpcServer version4) {
    this.version2 = version2;
    this.version3 = version3;
    this.version4 = version4;
  }

  @Override
  public void opened(Channel channel) {
    version2.opened(channel);
  }

  @Override
  public void closed(Channel channel, String reason) {
    version2.closed(channel, reason);
  }

  @Override
  public CallKind kindOf(byte[] buffer, int offset, int length) {
    return CallKind.PROMPT;
  }

  @Override
  public void received(Channel channel, byte[] buffer, int offset, int length) {
    serverOf(buffer, offset, length).received(channel, buffer, offset, length);
  }

  private RpcServer serverOf(byte[] buffer, int offset, int length) {
    if (length < VERSION_OFFSET + 4) {
      return version2;
    }
    return switch (XdrInput.getInt(buffer, offset + VERSION_OFFSET)) {
      case Rpcb.VERSION_3 -> version3;
      case Rpcb.VERSION_4 -> version4;
      default -> version2;
    };
  }
}
