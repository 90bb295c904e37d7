package org.rkv.simulation;

/**
 * For a while somebody answers at the address of one replica, and tells another that it has greeted
 * itself; the one at the address is slow to the third.
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
        .after(300, 1000)
        .then(() -> cut(part(0), part(2))) // for less than it takes to notice
        .after(300, 450)
        .then(() -> mend(part(0), part(2)))
        .after(300, 1000)
        .then(() -> answers = false)
        .after(1000, 3000);
  }

  @Override
  void putRight() {
    answers = false;
    super.putRight();
  }
}
