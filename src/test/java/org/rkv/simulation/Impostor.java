package org.rkv.simulation;

/**
 * For a while somebody answers at the address of one replica, and tells another that it has greeted
 * itself.
 */
final class Impostor extends Occasion {
  private boolean answers;

  Impostor(SimulatedCluster cluster) {
    super(cluster);
  }

  /** Whether it is the impostor that answers this way. */
  boolean answers(Pipe way) {
    return answers && way.from() == part(0).machine() && way.to() == part(1).machine();
  }

  @Override
  void write(Script course) {
    course
        .then(() -> answers = true)
        .then(() -> disconnect(part(0), part(1)))
        .after(1000, 2000)
        .then(() -> answers = false)
        .after(1000, 3000);
  }

  @Override
  void putRight() {
    answers = false;
    super.putRight();
  }
}
