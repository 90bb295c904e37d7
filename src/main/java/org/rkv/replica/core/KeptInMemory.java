package org.rkv.replica.core;

import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.kv;
import org.rkv.store.Store;

/** Nothing is on a disk: whatever the store holds is as safe as it ever becomes. Stateless. */
public class KeptInMemory implements Durability {
  @Override
  public void begins(Store store, EpochHistory history) {}

  @Override
  public Past past(EpochHistory history) {
    return history.past();
  }

  @Override
  public Epochs epochs(EpochHistory history) {
    return history.epochs();
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
  public void complete(Store former, Runnable removed, Runnable then) {
    removed.run();
    then.run();
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public Runnable whenRoomForAPage(Runnable then) {
    then.run();
    return () -> {};
  }

  @Override
  public long positionOf(String key) {
    return 0;
  }

  @Override
  public long lastPosition() {
    return 0;
  }

  @Override
  public boolean isSafe(long position) {
    return true;
  }

  @Override
  public Runnable whenSafe(long position, Runnable then) {
    then.run();
    return () -> {};
  }
}
