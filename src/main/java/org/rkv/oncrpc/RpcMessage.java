package org.rkv.oncrpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;

/**
 * The parts of an RPC message that callers write and read (RFC 5531 section 9), and its numbers.
 * Without state, thread-safe.
 */
public final class RpcMessage {
  static final int RPC_VERSION = 2;
  static final int CALL = 0;
  static final int REPLY = 1;

  static final int MSG_ACCEPTED = 0;
  static final int MSG_DENIED = 1;

  static final int SUCCESS = 0;

  /** As libtirpc's clnt_sperror says it. */
  static final String NO_PROCEDURE = "Procedure unavailable";

  static final int PROG_UNAVAIL = 1;
  static final int PROG_MISMATCH = 2;
  static final int PROC_UNAVAIL = 3;
  static final int GARBAGE_ARGS = 4;
  static final int SYSTEM_ERR = 5;

  static final int RPC_MISMATCH = 0;
  static final int AUTH_ERROR = 1;

  static final int AUTH_BADCRED = 1;
  static final int AUTH_REJECTEDCRED = 2;
  static final int AUTH_TOOWEAK = 5;

  static final int AUTH_NONE = 0;
  static final int AUTH_SYS = 1;

  /** The longest body of a credential or verifier. */
  static final int MAX_AUTH_BYTES = 400;

  /** What {@link #decodeReplyHeader} says of a message that is not a whole reply. */
  public static final String NOT_A_REPLY = "Can't decode result";

  private static final String WHY = "Authentication error; why = ";

  /** What {@link #decodeReplyHeader} says where a caller may not call that, as he is known. */
  public static final String TOO_WEAK = WHY + "Client credential too weak";

  private static final String UNSPECIFIED = "Failed (unspecified error)";

  private static final String[] AUTH_STATUS = {
    "Authentication OK",
    "Invalid client credential",
    "Server rejected credential",
    "Invalid client verifier",
    "Server rejected verifier",
    "Client credential too weak",
    "Invalid server verifier",
    UNSPECIFIED
  };

  private RpcMessage() {}

  /**
   * Appends a call with AUTH_NONE.
   *
   * @param out to be {@link XdrOutput#reset} before
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
   * A whole reply that says SYSTEM_ERR, to send in place of one that is too large.
   *
   * @param offset where in the array the other reply begins
   */
  public static ByteBuffer systemErrorInsteadOf(byte[] reply, int offset) {
    return ByteBuffer.allocate(24)
        .putInt(XdrInput.getInt(reply, offset))
        .putInt(REPLY)
        .putInt(MSG_ACCEPTED)
        .putInt(AUTH_NONE)
        .putInt(0)
        .putInt(SYSTEM_ERR)
        .flip();
  }

  /**
   * Moves over the header of a reply, its xid included, to the results.
   *
   * @return null if the call succeeded and the results follow, {@link #NOT_A_REPLY} if this is no
   *     reply at all, otherwise why the server refused the call, as libtirpc's clnt_sperror says it
   */
  public static String decodeReplyHeader(XdrInput in) {
    if (in.remaining() < 12) {
      return NOT_A_REPLY;
    }
    in.nextInt();
    int type = in.nextInt();
    int status = in.nextInt();
    if (type != REPLY || status < MSG_ACCEPTED || status > MSG_DENIED) {
      return NOT_A_REPLY;
    }
    return status == MSG_DENIED ? decodeDenial(in) : decodeAcceptance(in);
  }

  private static String decodeDenial(XdrInput in) {
    if (in.remaining() < 8) {
      return NOT_A_REPLY;
    }
    switch (in.nextInt()) {
      case RPC_MISMATCH:
        return decodeMismatch("Incompatible versions of RPC", in);
      case AUTH_ERROR:
        int why = in.nextInt();
        return WHY
            + (why >= 0 && why < AUTH_STATUS.length
                ? AUTH_STATUS[why]
                : "(unknown authentication error - " + why + ")");
      default:
        return NOT_A_REPLY;
    }
  }

  private static String decodeAcceptance(XdrInput in) {
    if (in.remaining() < 12) {
      return NOT_A_REPLY;
    }
    in.nextInt();
    int verifierBytes = in.nextInt();
    if (verifierBytes > MAX_AUTH_BYTES || !in.skipOpaque(verifierBytes) || in.remaining() < 4) {
      return NOT_A_REPLY;
    }
    switch (in.nextInt()) {
      case SUCCESS:
        return null;
      case PROG_UNAVAIL:
        return "Program unavailable";
      case PROG_MISMATCH:
        return decodeMismatch("Program/version mismatch", in);
      case PROC_UNAVAIL:
        return NO_PROCEDURE;
      case GARBAGE_ARGS:
        return "Server can't decode arguments";
      case SYSTEM_ERR:
        return "Remote system error";
      default:
        return UNSPECIFIED;
    }
  }

  private static String decodeMismatch(String what, XdrInput in) {
    return in.remaining() < 8
        ? NOT_A_REPLY
        : what + "; low version = " + in.nextInt() + ", high version = " + in.nextInt();
  }
}
