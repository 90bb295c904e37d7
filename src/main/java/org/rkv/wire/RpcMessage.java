package org.rkv.wire;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;

/**
 * The parts of an RPC message that callers write and read (RFC 5531 section 9), and its numbers.
 */
public final class RpcMessage {
  /** Bits of a record mark: the last fragment of a record (RFC 5531 section 11). */
  public static final int LAST_FRAGMENT = 0x80000000;

  static final int RPC_VERSION = 2;
  static final int CALL = 0;
  static final int REPLY = 1;

  static final int MSG_ACCEPTED = 0;
  static final int MSG_DENIED = 1;

  static final int SUCCESS = 0;
  static final int PROG_UNAVAIL = 1;
  static final int PROG_MISMATCH = 2;
  static final int PROC_UNAVAIL = 3;
  static final int GARBAGE_ARGS = 4;
  static final int SYSTEM_ERR = 5;

  static final int RPC_MISMATCH = 0;
  static final int AUTH_ERROR = 1;

  static final int AUTH_BADCRED = 1;
  static final int AUTH_REJECTEDCRED = 2;

  static final int AUTH_NONE = 0;
  static final int AUTH_SYS = 1;

  /** The longest body of a credential or verifier. */
  static final int MAX_AUTH_BYTES = 400;

  private static final String[] ACCEPT_STATUS = {
    "Success",
    "Program unavailable",
    "Program/version mismatch",
    "Procedure unavailable",
    "Server can't decode arguments",
    "Remote system error"
  };

  private RpcMessage() {}

  /**
   * Appends a call with AUTH_NONE.
   *
   * @throws OncRpcException if the arguments cannot be encoded; the stream then holds half a
   *     message
   * @throws IOException never in practice; Remote Tea declares it
   */
  public static void encodeCall(
      XdrOutput out, int xid, int program, int version, int procedure, XdrAble arguments)
      throws OncRpcException, IOException {
    out.xdrEncodeInt(xid);
    out.xdrEncodeInt(CALL);
    out.xdrEncodeInt(RPC_VERSION);
    out.xdrEncodeInt(program);
    out.xdrEncodeInt(version);
    out.xdrEncodeInt(procedure);
    for (int i = 0; i < 4; i++) {
      out.xdrEncodeInt(0); // flavor and length of the credential and of the verifier
    }
    arguments.xdrEncode(out);
  }

  /**
   * Moves over the header of a reply, its xid included, to the results.
   *
   * @return null if the call succeeded and the results follow, otherwise the server's reason in the
   *     words of libtirpc
   */
  public static String decodeReplyHeader(XdrInput in) {
    if (in.remaining() < 12) {
      return "Can't decode result";
    }
    in.nextInt();
    int type = in.nextInt();
    int status = in.nextInt();
    if (type != REPLY || status < MSG_ACCEPTED || status > MSG_DENIED) {
      return "Can't decode result";
    }
    if (status == MSG_DENIED) {
      boolean mismatch = in.remaining() >= 4 && in.nextInt() == RPC_MISMATCH;
      return mismatch ? "Incompatible versions of RPC" : "Authentication error";
    }
    if (in.remaining() < 12) {
      return "Can't decode result";
    }
    in.nextInt();
    int verifierBytes = in.nextInt();
    if (verifierBytes > MAX_AUTH_BYTES || !in.skipOpaque(verifierBytes) || in.remaining() < 4) {
      return "Can't decode result";
    }
    int accepted = in.nextInt();
    if (accepted == SUCCESS) {
      return null;
    }
    return accepted > 0 && accepted < ACCEPT_STATUS.length
        ? ACCEPT_STATUS[accepted]
        : "Can't decode result";
  }
}
