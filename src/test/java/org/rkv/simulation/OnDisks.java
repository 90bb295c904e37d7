package org.rkv.simulation;

/** Every replica keeps what it holds on a disk of its own, and now and then all lose power. */
class OnDisks extends Mutant {
  @Override
  boolean isOnDisks() {
    return true;
  }
}
