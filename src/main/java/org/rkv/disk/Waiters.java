package org.rkv.disk;

import java.util.Comparator;
import java.util.TreeSet;

/** Who waits until the log has come to a position. Belongs to the thread of the replica. */
final class Waiters {
  private final TreeSet<Waiter> waiters =
      new TreeSet<>(Comparator.comparingLong(Waiter::position).thenComparingLong(Waiter::ticket));

  private long reached;
  private long tickets;

  private record Waiter(long position, long ticket, Runnable then) {}

  /** Nothing has been reached that is not below that. */
  Waiters(long reached) {
    this.reached = reached;
  }

  /**
   * Runs that when the position is reached: at once if it is.
   *
   * @return takes it back, and leaves nothing behind; does nothing if it has run
   */
  Runnable when(long position, Runnable then) {
    if (position <= reached) {
      then.run();
      return () -> {};
    }
    Waiter waiter = new Waiter(position, tickets++, then);
    waiters.add(waiter);
    return () -> waiters.remove(waiter);
  }

  /** Runs all that wait for no more than that, by their positions. */
  void reach(long position) {
    reached = Math.max(reached, position);
    while (!waiters.isEmpty() && waiters.first().position() <= reached) {
      waiters.pollFirst().then().run();
    }
  }

  long reached() {
    return reached;
  }
}
