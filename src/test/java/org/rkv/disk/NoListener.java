package org.rkv.disk;

/** Hears nothing. */
public final class NoListener implements LogListener {
  @Override
  public void isFull(String reason) {}

  @Override
  public void hasRoomAgain() {}

  @Override
  public void isBehind(boolean isBehind) {}

  @Override
  public void isCompacted(long bytesBefore, long bytesNow) {}

  @Override
  public void isNotCompacted(String reason) {}
}
