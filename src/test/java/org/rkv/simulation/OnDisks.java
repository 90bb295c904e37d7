package org.rkv.simulation;

import java.util.function.UnaryOperator;

/** Every replica keeps what it holds on a disk of its own, and now and then all lose power. */
class OnDisks extends Mutant {
  private final UnaryOperator<Plan> change;

  OnDisks() {
    change = Plan::varied;
  }

  /** So many, and otherwise as drawn. */
  OnDisks(int replicas) {
    change = drawn -> drawn.withReplicas(replicas);
  }

  @Override
  Plan plan(Plan drawn) {
    return change.apply(drawn);
  }

  @Override
  boolean isOnDisks() {
    return true;
  }
}
