package org.rkv.oncrpc;

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
   * @param replicates whether executing it sends what it was given over links; while these are
   *     full, such calls wait. Over UDP it is executed once, however often it is sent.
   * @param amplifies whether its answer is many times its call: over UDP only callers of this host
   *     get it, since whoever forges a sender could have it sent to others
   */
  public record Procedure(Shape arguments, Shape results, boolean replicates, boolean amplifies) {
    /** Procedure 0 of every program: takes nothing, returns nothing. */
    public static final Procedure NULL = new Procedure(Shape.VOID, Shape.VOID);

    /** One that sends next to nothing over links, and never waits for them. */
    public Procedure(Shape arguments, Shape results) {
      this(arguments, results, false, false);
    }

    /** One that sends over links, if that is said of it, and has a short answer. */
    public Procedure(Shape arguments, Shape results, boolean replicates) {
      this(arguments, results, replicates, false);
    }

    /** One that takes nothing and has a long answer. */
    public static Procedure amplifying(Shape results) {
      return new Procedure(Shape.VOID, results, false, true);
    }
  }

  /** The procedure of this number, or null. */
  public Procedure procedure(int procedureNumber) {
    return procedureNumber >= 0 && procedureNumber < procedures.length
        ? procedures[procedureNumber]
        : null;
  }
}
