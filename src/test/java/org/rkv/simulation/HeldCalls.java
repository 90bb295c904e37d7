package org.rkv.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What replicas call each other for does not arrive, where a test says so, before it is let go. */
final class HeldCalls implements Tampering {
  private final Map<Machine, Set<Integer>> procedures = new HashMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private Tail tail;

  /** What goes over one connection from some call on. */
  private static final class Tail {
    private final Machine caller;
    private final Machine callee;
    private final int procedure;
    private Pipe pipe;

    Tail(Machine caller, Machine callee, int procedure) {
      this.caller = caller;
      this.callee = callee;
      this.procedure = procedure;
    }

    /** Whether this is a part of it; it begins with the first such call of all. */
    boolean has(byte[] message, Pipe out) {
      boolean begins =
          pipe == null
              && out.from() == caller
              && out.to() == callee
              && Messages.isCall(message)
              && Messages.procedure(message) == procedure;
      pipe = begins ? out : pipe;
      return out == pipe;
    }
  }

  /** From now on calls of these procedures by this one do not arrive. */
  void hold(Machine caller, Set<Integer> more) {
    procedures.computeIfAbsent(caller, any -> new HashSet<>()).addAll(more);
  }

  /**
   * The connection that the next such call goes over is slower than all others: from that call on
   * nothing arrives, while what goes over another one does.
   */
  void holdBehindNext(Machine caller, Machine callee, int procedure) {
    tail = new Tail(caller, callee, procedure);
  }

  /** All of them do. */
  void letGo() {
    procedures.clear();
    tail = null;
    held.forEach(Runnable::run);
    held.clear();
  }

  @Override
  public boolean takes(byte[] message, Pipe out, Pipe back) {
    boolean isHeld =
        tail != null && tail.has(message, out)
            || Messages.isCall(message)
                && procedures
                    .getOrDefault(out.from(), Set.of())
                    .contains(Messages.procedure(message));
    if (isHeld) {
      held.add(() -> out.send(message));
    }
    return isHeld;
  }
}
