package org.rkv.replica.peer;

import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;

/** Proofs that hold for other names than those that were said, for mutants. */
public final class ForgedProofs {
  private ForgedProofs() {}

  /** What the caller would have proved to one of this name. */
  public static Bytes ofCaller(Secret secret, Names caller, Names callee, Particulars said) {
    return new Bytes(new Proofs(secret, caller, callee).ofCaller(said));
  }

  /** What one of this name would have proved to the caller. */
  public static Bytes ofCallee(
      Secret secret, Names caller, Names callee, Admission answer, Particulars question) {
    return new Bytes(
        new Proofs(secret, caller, callee).ofCallee(answer.code, answer.callee, question));
  }
}
