package org.rkv.disk;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Does work that waits for the disk somewhere else than on the thread of the replica. The real one
 * has a {@link DiskThread thread} for it, a simulated one lets time pass.
 *
 * <p>Works are done one after the other, in the order in which they came. Whatever a work throws is
 * the end: no later work is done, no continuation of this or a later one runs, and the process is
 * ended. So nothing is written, forced or acknowledged after a failure, from whatever place.
 */
public interface DiskWorker {
  /**
   * Does the work elsewhere, and then goes on here with its result. Called on the thread of the
   * replica.
   */
  <T> void run(Callable<T> work, Consumer<? super T> then);
}
