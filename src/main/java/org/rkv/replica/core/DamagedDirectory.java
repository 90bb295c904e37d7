package org.rkv.replica.core;

import java.io.Closeable;
import java.io.IOException;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.kv;

/**
 * What was forced to a data directory is not there any more as it was. It is left as it is, and the
 * replica is there for those who ask how it is: it serves nothing, and takes nothing over, until an
 * operator has moved the directory away and started it again. Until it stops, no other process may
 * begin with what is there. Thread-safe.
 */
public final class DamagedDirectory extends KeptInMemory implements Closeable {
  private final String place;
  private final String damage;
  private final Closeable lock;

  /**
   * Of this directory.
   *
   * @param damage what is wrong and what an operator can do, in one line
   * @param lock that no other process has it meanwhile: it is ours, and a name of ours is not to be
   *     there twice
   */
  public DamagedDirectory(String place, String damage, Closeable lock) {
    this.place = place;
    this.damage = damage;
    this.lock = lock;
  }

  /** Gives the directory up to other processes. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public int standing() {
    return kv.STANDING_DAMAGED;
  }

  @Override
  public String damage() {
    return damage;
  }

  @Override
  public DataStatus status() {
    DataStatus status = super.status();
    status.directory = place;
    status.standing = standing();
    return status;
  }
}
