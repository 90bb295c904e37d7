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
  /**
   * Together with a new copy that is given up, to which entries have moved from this one, and which
   * may be kept on the disk. The larger of the two takes in the smaller: however far a scan had
   * come, that is half of all at most.
   */
  FormerCopy with(Store given) {
    given.forgetFormer();
    given.onStored(entry -> {});
    store.onStored(entry -> {});
    if (given.keys() > store.keys()) {
      given.takeIn(store);
      return new FormerCopy(given, past);
    }
    store.takeIn(given);
    return this;
  }
}
