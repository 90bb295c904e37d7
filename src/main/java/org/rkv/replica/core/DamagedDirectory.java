package org.rkv.replica.core;

import org.rkv.rpc.DataStatus;
import org.rkv.rpc.kv;

/**
 * What was forced to a data directory is not there any more as it was. It is left as it is, and the
 * replica is there for those who ask how it is: it serves nothing, and takes nothing over, until an
 * operator has moved the directory away and started it again. Immutable.
 */
public final class DamagedDirectory extends KeptInMemory {
  private final String place;
  private final String damage;

  /**
   * Of this directory.
   *
   * @param damage what is wrong and what an operator can do, in one line
   */
  public DamagedDirectory(String place, String damage) {
    this.place = place;
    this.damage = damage;
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
