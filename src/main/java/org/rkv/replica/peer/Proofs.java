package org.rkv.replica.peer;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;

/**
 * The proofs of one greeting, over all that both sides say in it: who each is, in which incarnation
 * and process, whom the caller means, both nonces, and every particular. So a proof that is passed
 * on to another replica, or sent again on another connection, is worth nothing. No address is in
 * it, since a translation on the way may change that. Belongs to the replica's thread.
 */
final class Proofs {
  private final Secret secret;
  private final Names caller;
  private final Names callee;

  /** Of a greeting between these two. */
  Proofs(Secret secret, Names caller, Names callee) {
    this.secret = secret;
    this.caller = caller;
    this.callee = callee;
  }

  /** What goes with the caller's particulars; empty if there is no secret. */
  byte[] ofCaller(Particulars callers) {
    return secret.isNone() ? new byte[0] : proof("caller", 0, callers, null);
  }

  /**
   * What goes with the callee's particulars; empty if there is no secret.
   *
   * @param callers as they came, with their proof
   */
  byte[] ofCallee(int code, Particulars callees, Particulars callers) {
    return secret.isNone() ? new byte[0] : proof("callee", code, callees, callers.proof);
  }

  private byte[] proof(String role, int code, Particulars said, Bytes answered) {
    XdrOutput message = new XdrOutput(1024);
    Bytes proof = said.proof;
    said.proof = new Bytes(new byte[0]);
    try {
      message.xdrEncodeInt(code);
      for (XdrAble part : new XdrAble[] {caller, callee, said, answered}) {
        if (part != null) {
          part.xdrEncode(message);
        }
      }
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("what was decoded can be encoded", e);
    } finally {
      said.proof = proof;
    }
    return secret.proof(role, message.buffer(), message.size());
  }
}
