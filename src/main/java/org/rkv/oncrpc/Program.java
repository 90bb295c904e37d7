package org.rkv.oncrpc;

import org.rkv.net.CallKind;

/**
 * An RPC program: its numbers, and what the arguments and results of its procedures look like.
 * Immutable, thread-safe.
 *
 * @param procedures by number, from 0 on; null where there is none
 */
public record Program(int number, int lowVersion, int highVersion, Procedure... procedures) {
  /**
   * A procedure's wire format.
   *
   * @param arguments walked before the generated server stub decodes a call
   * @param results walked before the generated client stub's type decodes an answer
   * @param kind what a call of it costs. Over UDP, one that replicates is executed once, however
   *     often it is sent.
   * @param amplifies whether its answer is many times its call: over UDP only callers of this host
   *     get it, since whoever forges a sender could have it sent to others
   * @param mostBytesOfStrangers the longest record of a call that one sends who is not {@linkplain
   *     org.rkv.net.Channel#admit() admitted}; no more of it is held
   */
  public record Procedure(
      Shape arguments, Shape results, CallKind kind, boolean amplifies, int mostBytesOfStrangers) {
    /** Procedure 0 of every program: takes nothing, returns nothing. */
    public static final Procedure NULL =
        new Procedure(Shape.VOID, Shape.VOID, CallKind.SIGN_OF_LIFE);

    /** One that is answered at once. */
    public Procedure(Shape arguments, Shape results) {
      this(arguments, results, CallKind.PROMPT);
    }

    private Procedure(Shape arguments, Shape results, CallKind kind) {
      this(arguments, results, kind, false, Integer.MAX_VALUE);
    }

    /** One that takes nothing and has a long answer, at once. */
    public static Procedure amplifying(Shape results) {
      return amplifying(Shape.VOID, results);
    }

    /** One that has an answer at once which may be longer than the call. */
    public static Procedure amplifying(Shape arguments, Shape results) {
      return new Procedure(arguments, results, CallKind.PROMPT, true, Integer.MAX_VALUE);
    }

    /** The same, where the answer is how the server is. */
    public static Procedure status(Shape results) {
      return new Procedure(Shape.VOID, results, CallKind.SIGN_OF_LIFE, true, Integer.MAX_VALUE);
    }

    /** One by which a caller says who it is. */
    public static Procedure greeting(Shape arguments, Shape results) {
      return new Procedure(arguments, results, CallKind.GREETING);
    }

    /** One that may be answered only when other servers have been asked. */
    public static Procedure asking(Shape arguments, Shape results) {
      return new Procedure(arguments, results, CallKind.ASKING);
    }

    /** The same, and other servers are sent what it was given. */
    public static Procedure replicating(Shape arguments, Shape results) {
      return new Procedure(arguments, results, CallKind.REPLICATING);
    }

    /** The same, where a longer record than that is not taken from strangers. */
    public Procedure ofStrangersUpTo(int mostBytes) {
      return new Procedure(arguments, results, kind, amplifies, mostBytes);
    }

    /** Whether other servers are sent what it was given. */
    public boolean replicates() {
      return kind == CallKind.REPLICATING;
    }
  }

  /** The procedure of this number, or null. */
  public Procedure procedure(int procedureNumber) {
    return procedureNumber >= 0 && procedureNumber < procedures.length
        ? procedures[procedureNumber]
        : null;
  }
}
