package org.rkv.simulation;

import org.rkv.replica.core.Durability;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
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
  public Epochs epochs(EpochHistory history) {
    return truth.epochs(history);
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
  public void complete(Store former, Runnable removed, Runnable then) {
    truth.complete(former, removed, then);
  }

  @Override
  public boolean hasRoom() {
    return truth.hasRoom();
  }

  @Override
  public boolean isFull() {
    return truth.isFull();
  }

  @Override
  public Runnable whenRoomForAPage(Runnable then) {
    return truth.whenRoomForAPage(then);
  }

  @Override
  public long positionOf(String key) {
    return truth.positionOf(key);
  }

  @Override
  public long lastPosition() {
    return truth.lastPosition();
  }

  @Override
  public boolean isSafe(long position) {
    return truth.isSafe(position);
  }

  @Override
  public Runnable whenSafe(long position, Runnable then) {
    return truth.whenSafe(position, then);
  }
}
