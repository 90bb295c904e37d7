package org.rkv.replica.core;

import org.rkv.replica.epoch.Past;
import org.rkv.store.Store;

/**
 * What an incarnation held when it gave way to another history. It is kept until there is a
 * complete new copy, served and answered from by nobody, and never gone back to, except that it
 * goes into a common start of all.
 *
 * @param store entries move from it to the new copy as the same or newer ones come there
 * @param past what it has gone through
 */
public record FormerCopy(Store store, Past past) {
  /** Takes over all that is newer: of a new copy that is given up, but is kept on the disk. */
  void takeBack(Store given) {
    store.onStored(entry -> {});
    given.forEach(entry -> store.apply(entry.key(), entry.value(), entry.stamp()));
  }
}
