package org.rkv.portmap;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.XdrEncodingStream;
import org.rkv.oncrpc.Shape;

/**
 * Where a version of a program is found over one transport: one line of {@code rpcinfo} (struct
 * rpcb, RFC 1833 section 2.1).
 *
 * @param netId the name of a transport, such as {@link NetId#TCP6}'s; empty for all
 * @param address a {@link UniversalAddress}; empty in a question
 * @param owner who may take it away: a user's number, {@code superuser}, or {@code unknown}, which
 *     is anybody who comes over TCP. rpcbind finds out itself, whatever it is told
 */
public record Registration(int program, int version, String netId, String address, String owner)
    implements XdrAble {
  private static final int MAX_NET_ID_BYTES = 32;
  private static final int MAX_OWNER_BYTES = 64;

  /** No text in it is longer than any of its kind needs to be. */
  static final Shape SHAPE =
      Shape.struct(
          Shape.INT,
          Shape.INT,
          text(MAX_NET_ID_BYTES),
          text(UniversalAddress.MAX_BYTES),
          text(MAX_OWNER_BYTES));

  static Shape text(int maxBytes) {
    int most = 4 + maxBytes;
    return in -> {
      int before = in.remaining();
      return Shape.STRING.walk(in) && before - in.remaining() <= most;
    };
  }

  static Registration decode(XdrDecodingStream in) throws OncRpcException, IOException {
    return new Registration(
        in.xdrDecodeInt(),
        in.xdrDecodeInt(),
        in.xdrDecodeString(),
        in.xdrDecodeString(),
        in.xdrDecodeString());
  }

  @Override
  public void xdrEncode(XdrEncodingStream out) throws OncRpcException, IOException {
    out.xdrEncodeInt(program);
    out.xdrEncodeInt(version);
    out.xdrEncodeString(netId);
    out.xdrEncodeString(address);
    out.xdrEncodeString(owner);
  }

  /** Not supported: a registration does not change; see {@link #decode}. */
  @Override
  public void xdrDecode(XdrDecodingStream in) {
    throw new UnsupportedOperationException();
  }
}
