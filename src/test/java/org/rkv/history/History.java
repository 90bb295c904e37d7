package org.rkv.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operations of all clients of one run. Safe for all threads. */
public final class History {
  private final List<Operation> operations = new ArrayList<>();

  /** Takes in one operation; the order of the calls means nothing, the times in it do. */
  public synchronized void add(Operation operation) {
    operations.add(operation);
  }

  /** How many operations there are. */
  public synchronized int size() {
    return operations.size();
  }

  /** All of them so far, in the order in which they were added. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The same, apart by key. Each key is a register of its own, so each is judged by itself. */
  public Map<String, List<Operation>> byKey() {
    Map<String, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : operations()) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
    }
    return byKey;
  }

  /** The keys whose operations cannot be explained, with what a person needs to see why. */
  public List<Violation> violations() {
    List<Violation> violations = new ArrayList<>();
    for (Map.Entry<String, List<Operation>> ofKey : byKey().entrySet()) {
      Linearization linearization = new Linearization(ofKey.getValue());
      if (!linearization.exists()) {
        violations.add(
            new Violation(ofKey.getKey(), ofKey.getValue(), linearization.unexplained()));
      }
    }
    return violations;
  }
}
