package org.rkv.replica.core;

import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.rpc.DataStatus;
import org.rkv.store.Store;

/**
 * Whether what this replica holds is safe: whatever is told to anybody must be. In memory, all is
 * as safe as it ever becomes; with a data directory, it is when the disk has it. Belongs to the
 * replica's thread.
 */
public interface Durability {
  /** An incarnation begins: what its store holds is kept from now on, and its history. */
  void begins(Store store, EpochHistory history);

  /** What others are told that we have gone through: no more than what is safe. */
  Past past(EpochHistory history);

  /** The epochs of that past. These are told all the time, so nothing is copied for them. */
  Epochs epochs(EpochHistory history);

  /** STANDING_... of kv.x: what is to be thought of what is kept here. */
  int standing();

  /**
   * What was to be kept is damaged: nothing is served, and no other replica takes anything over
   * from here. To the others we are as good as away: those that serve go on serving, and if none
   * does, all wait for us.
   *
   * @return what is wrong and what an operator can do, in one line; null if nothing is
   */
  default String damage() {
    return null;
  }

  /** What an operator is told of it, as of this moment. */
  DataStatus status();

  /** Others are known to hold more than what is kept here. */
  void catchesUp();

  /**
   * All has been taken over.
   *
   * @param former what is left of the copy before, or null
   * @param removed runs when that counts no more, though it may again after a power cut
   * @param then runs when that is safe: from then on the store is all that is kept
   */
  void complete(Store former, Runnable removed, Runnable then);

  /** Whether an entry may be taken now. */
  boolean hasRoom();

  /** Why none may be taken; only where that is so. */
  default Failure whyNoRoom() {
    return isFull()
        ? Failure.ofOurs(Cause.OWN_DISK_FULL, "the disk is full")
        : Failure.ofOurs(Cause.OWN_DISK_SLOW, "the disk is too slow");
  }

  /** Whether there is no room on the disk, so that every write fails until there is. */
  boolean isFull();

  /**
   * Runs that when a page of a scan may be taken over: at once if it may now.
   *
   * @return takes it back; does nothing if it has run
   */
  Runnable whenRoomForAPage(Runnable then);

  /** Where it is kept what the store holds for a key, whoever put it there, and our epochs are. */
  long positionOf(String key);

  /** Of all that has come up to now. */
  long lastPosition();

  /** Whether all that was kept up to there is safe. */
  boolean isSafe(long position);

  /**
   * Runs that when all that was kept up to there is safe: at once if it is already; never if this
   * replica ends before.
   *
   * @return takes it back; does nothing if it has run
   */
  Runnable whenSafe(long position, Runnable then);
}
