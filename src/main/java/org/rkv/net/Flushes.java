package org.rkv.net;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What is to be written at the end of a round of an event loop, replies before calls. Belongs to
 * the loop's thread.
 */
final class Flushes {
  private final ArrayDeque<Runnable> ofReplies = new ArrayDeque<>();
  private final ArrayDeque<Runnable> ofLinks = new ArrayDeque<>();
  private final Consumer<Runnable> runner;

  /**
   * Nothing yet.
   *
   * @param runner runs each, and lets nothing that it throws out
   */
  Flushes(Consumer<Runnable> runner) {
    this.runner = runner;
  }

  /** Writes what a caller gets. */
  void addReplies(Runnable flush) {
    ofReplies.add(flush);
  }

  /** Writes what a link has to send. */
  void addLink(Runnable flush) {
    ofLinks.add(flush);
  }

  /** Whether there is something to be written for both. */
  boolean areOfBothKinds() {
    return !ofReplies.isEmpty() && !ofLinks.isEmpty();
  }

  /** Writes the replies. */
  void runReplies() {
    run(ofReplies);
  }

  /** Writes everything, also what comes to be written meanwhile. */
  void runAll() {
    while (!ofReplies.isEmpty() || !ofLinks.isEmpty()) {
      run(ofReplies);
      run(ofLinks);
    }
  }

  private void run(ArrayDeque<Runnable> waiting) {
    Runnable next;
    while ((next = waiting.poll()) != null) {
      runner.accept(next);
    }
  }
}
