package org.rkv.replica.core;

import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.kv;
import org.rkv.store.Store;

/**
 * Whether what this replica holds is safe: whatever is told to anybody must be. In memory, all is
 * as safe as it ever becomes; with a data directory, it is when the disk has it. Belongs to the
 * replica's thread.
 */
public interface Durability {
  /** In memory. */
  Durability IN_MEMORY =
      new Durability() {
        @Override
        public void begins(Store store, EpochHistory history) {}

        @Override
        public Past past(EpochHistory history) {
          return history.past();
        }

        @Override
        public int standing() {
          return kv.STANDING_IN_MEMORY;
        }

        @Override
        public DataStatus status() {
          DataStatus status = new DataStatus();
          status.directory = "";
          return status;
        }

        @Override
        public void catchesUp() {}

        @Override
        public void complete(Store former, Runnable then) {
          then.run();
        }

        @Override
        public boolean hasRoom() {
          return true;
        }

        @Override
        public void whenRoom(Runnable then) {
          then.run();
        }

        @Override
        public boolean isSafe(String key) {
          return true;
        }

        @Override
        public boolean isAllSafe() {
          return true;
        }

        @Override
        public void whenSafe(String key, Runnable then) {
          then.run();
        }

        @Override
        public void whenAllSafe(Runnable then) {
          then.run();
        }
      };

  /** An incarnation begins: what its store holds is kept from now on, and its history. */
  void begins(Store store, EpochHistory history);

  /** What others are told that we have gone through: no more than what is safe. */
  Past past(EpochHistory history);

  /** STANDING_... of kv.x: what is to be thought of what is kept here. */
  int standing();

  /** What an operator is told of it, as of this moment. */
  DataStatus status();

  /** Others are known to hold more than what is kept here. */
  void catchesUp();

  /**
   * All has been taken over.
   *
   * @param former what is left of the copy before, which counts no more; or null
   * @param then runs when that is safe: from then on the store is all that is kept
   */
  void complete(Store former, Runnable then);

  /** Whether an entry may be taken now. */
  boolean hasRoom();

  /** Runs that when entries may be taken: at once if they may now. */
  void whenRoom(Runnable then);

  /** Whether what the store holds for a key is safe, whoever put it there, and our epochs are. */
  boolean isSafe(String key);

  /** The same for all that has come up to now. */
  boolean isAllSafe();

  /**
   * Runs that when what the store holds for a key now is safe, and our epochs are: at once if they
   * are already; never if this replica ends before.
   */
  void whenSafe(String key, Runnable then);

  /** The same for all that has come up to now. */
  void whenAllSafe(Runnable then);
}
