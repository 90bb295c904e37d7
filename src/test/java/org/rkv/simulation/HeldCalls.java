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

  /** From now on calls of these procedures by this one do not arrive. */
  void hold(Machine caller, Set<Integer> more) {
    procedures.computeIfAbsent(caller, any -> new HashSet<>()).addAll(more);
  }

  /** All of them do. */
  void letGo() {
    procedures.clear();
    held.forEach(Runnable::run);
    held.clear();
  }

  @Override
  public boolean takes(byte[] message, Pipe out, Pipe back) {
    boolean isHeld =
        Messages.isCall(message)
            && procedures.getOrDefault(out.from(), Set.of()).contains(Messages.procedure(message));
    if (isHeld) {
      held.add(() -> out.send(message));
    }
    return isHeld;
  }
}
