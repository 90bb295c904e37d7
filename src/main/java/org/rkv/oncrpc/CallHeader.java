package org.rkv.oncrpc;

/**
 * The header of a call (RFC 5531 section 9), and the one place that decides what becomes of a
 * message: executed, answered with an error, or not worth an answer. The order of the checks is
 * that of libtirpc. Reusable, by {@link #read}. Belongs to the thread of its server.
 */
final class CallHeader {
  /** What to do with a message. */
  enum Verdict {
    EXECUTE,
    /** RPC version is not 2: MSG_DENIED, RPC_MISMATCH 2 2. */
    DENY_RPC_VERSION,
    /** MSG_DENIED, AUTH_ERROR with {@link CallHeader#authStatus()}. */
    DENY_AUTHENTICATION,
    /** MSG_ACCEPTED, PROG_MISMATCH with the program's range. */
    PROGRAM_MISMATCH,
    /** MSG_ACCEPTED with {@link CallHeader#acceptStatus()}. */
    ACCEPT_WITH_ERROR,
    /** No call, or not even the start of one: the connection carries no RPC. */
    NOT_A_CALL
  }

  /** Where a call names its procedure: after xid, type, and three numbers. */
  static final int PROCEDURE_OFFSET = 20;

  private static final int TYPE_OFFSET = 4;
  private static final int PROGRAM_OFFSET = 12;
  private static final int VERSION_OFFSET = 16;
  private static final int MAX_MACHINE_NAME_BYTES = 255;
  private static final int MAX_GROUPS = 16;

  private int xid;
  private int procedure;
  private int authStatus;
  private int acceptStatus;

  /** The call's xid; there is none if this is {@link Verdict#NOT_A_CALL}. */
  int xid() {
    return xid;
  }

  /** The procedure called, after {@link Verdict#EXECUTE}. */
  int procedure() {
    return procedure;
  }

  /** An auth_stat of RFC 5531, after {@link Verdict#DENY_AUTHENTICATION}. */
  int authStatus() {
    return authStatus;
  }

  /** An accept_stat of RFC 5531, after {@link Verdict#ACCEPT_WITH_ERROR}. */
  int acceptStatus() {
    return acceptStatus;
  }

  /** Whether a message begins like the call of a procedure of this program that writes. */
  static boolean isWrite(Program served, byte[] buffer, int offset, int length) {
    Program.Procedure called = called(served, buffer, offset, length);
    return called != null && called.replicates();
  }

  /**
   * The procedure of this program that a message begins like a call of; null if it is none, or if
   * that is not known yet.
   */
  static Program.Procedure called(Program served, byte[] buffer, int offset, int length) {
    if (length < PROCEDURE_OFFSET + 4
        || XdrInput.getInt(buffer, offset + TYPE_OFFSET) != RpcMessage.CALL
        || XdrInput.getInt(buffer, offset + PROGRAM_OFFSET) != served.number()
        || XdrInput.getInt(buffer, offset + VERSION_OFFSET) < served.lowVersion()
        || XdrInput.getInt(buffer, offset + VERSION_OFFSET) > served.highVersion()) {
      return null;
    }
    return served.procedure(XdrInput.getInt(buffer, offset + PROCEDURE_OFFSET));
  }

  /** Reads the header and judges; after EXECUTE the stream stands at the arguments. */
  Verdict read(XdrInput in, Program served) {
    if (in.remaining() < 12) {
      return Verdict.NOT_A_CALL;
    }
    xid = in.nextInt();
    if (in.nextInt() != RpcMessage.CALL) {
      return Verdict.NOT_A_CALL;
    }
    if (in.nextInt() != RpcMessage.RPC_VERSION) {
      return Verdict.DENY_RPC_VERSION;
    }
    if (in.remaining() < 12) {
      return Verdict.NOT_A_CALL;
    }
    int programNumber = in.nextInt();
    int version = in.nextInt();
    procedure = in.nextInt();
    if (!readAuthentication(in)) {
      return Verdict.NOT_A_CALL;
    }
    if (authStatus != 0) {
      return Verdict.DENY_AUTHENTICATION;
    }
    if (programNumber != served.number()) {
      return acceptWith(RpcMessage.PROG_UNAVAIL);
    }
    if (version < served.lowVersion() || version > served.highVersion()) {
      return Verdict.PROGRAM_MISMATCH;
    }
    Program.Procedure called = served.procedure(procedure);
    if (called == null) {
      return acceptWith(RpcMessage.PROC_UNAVAIL);
    }
    return called.arguments().fits(in) ? Verdict.EXECUTE : acceptWith(RpcMessage.GARBAGE_ARGS);
  }

  private Verdict acceptWith(int status) {
    acceptStatus = status;
    return Verdict.ACCEPT_WITH_ERROR;
  }

  /** Reads credential and verifier; false if they are not whole or longer than the RFC allows. */
  private boolean readAuthentication(XdrInput in) {
    if (in.remaining() < 8) {
      return false;
    }
    int flavor = in.nextInt();
    int length = in.nextInt();
    if (length < 0 || length > RpcMessage.MAX_AUTH_BYTES || length > in.remaining()) {
      return false;
    }
    int body = in.position();
    authStatus = judge(flavor, in, length);
    in.setPosition(body);
    return in.skipOpaque(length) && skipVerifier(in);
  }

  private static boolean skipVerifier(XdrInput in) {
    if (in.remaining() < 8) {
      return false;
    }
    in.nextInt();
    int length = in.nextInt();
    return length <= RpcMessage.MAX_AUTH_BYTES && in.skipOpaque(length);
  }

  private static int judge(int flavor, XdrInput in, int length) {
    switch (flavor) {
      case RpcMessage.AUTH_NONE:
        return 0;
      case RpcMessage.AUTH_SYS:
        return isAuthSys(in, length) ? 0 : RpcMessage.AUTH_BADCRED;
      default:
        return RpcMessage.AUTH_REJECTEDCRED;
    }
  }

  /** RFC 5531 appendix A: stamp, machinename<255>, uid, gid, gids<16>, within the body's length. */
  private static boolean isAuthSys(XdrInput in, int length) {
    int end = in.position() + length;
    if (length < 20) {
      return false;
    }
    in.nextInt();
    int nameBytes = in.nextInt();
    if (nameBytes < 0 || nameBytes > MAX_MACHINE_NAME_BYTES || !in.skipOpaque(nameBytes)) {
      return false;
    }
    if (end - in.position() < 12) {
      return false;
    }
    in.nextInt();
    in.nextInt();
    int groups = in.nextInt();
    return groups >= 0 && groups <= MAX_GROUPS && end - in.position() >= 4 * groups;
  }
}
