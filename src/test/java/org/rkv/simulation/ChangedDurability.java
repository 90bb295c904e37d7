package org.rkv.simulation;

import org.rkv.replica.core.Durability;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.DataStatus;
import org.rkv.store.Store;

/** Tells the truth, where nothing else is said. */
class ChangedDurability implements Durability {
  private final Durability truth;

  ChangedDurability(Durability truth) {
    this.truth = truth;
  }

  @Override
  public void begins(Store store, EpochHistory history) {
    truth.begins(store, history);
  }

  @Override
  public Past past(EpochHistory history) {
    return truth.past(history);
  }

  @Override
  public int standing() {
    return truth.standing();
  }

  @Override
  public DataStatus status() {
    return truth.status();
  }

  @Override
  public void catchesUp() {
    truth.catchesUp();
  }

  @Override
  public void complete(Store former, Runnable then) {
    truth.complete(former, then);
  }

  @Override
  public boolean hasRoom() {
    return truth.hasRoom();
  }

  @Override
  public void whenRoom(Runnable then) {
    truth.whenRoom(then);
  }

  @Override
  public boolean isSafe(String key) {
    return truth.isSafe(key);
  }

  @Override
  public boolean isAllSafe() {
    return truth.isAllSafe();
  }

  @Override
  public void whenSafe(String key, Runnable then) {
    truth.whenSafe(key, then);
  }

  @Override
  public void whenAllSafe(Runnable then) {
    truth.whenAllSafe(then);
  }
}
