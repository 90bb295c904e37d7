package org.rkv.client;

/** Bounds how many calls are under way. Thread-safe. */
final class InFlightLimit {
  private final int limit;
  private int underWay;

  InFlightLimit(int limit) {
    this.limit = limit;
  }

  /**
   * Takes a place, when there is one.
   *
   * @throws InterruptedException if the thread has been interrupted, also if there is one
   */
  synchronized void enter() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    while (underWay >= limit) {
      wait();
    }
    underWay++;
  }

  /** Takes a place even if there is none: for a caller that must not wait. */
  synchronized void enterAnyway() {
    underWay++;
  }

  /** Gives a place back. */
  synchronized void leave() {
    underWay--;
    notify();
  }
}
