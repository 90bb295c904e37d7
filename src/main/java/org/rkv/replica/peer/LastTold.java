package org.rkv.replica.peer;

import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.kv;
import org.rkv.store.HybridClock;

/**
 * What a peer last told of itself, and since when that is so. It stays when the peer is lost.
 * Belongs to the replica's thread.
 */
public final class LastTold {
  private int state;
  private Past past = Past.NONE;
  private int standing;
  private long limit;
  private long maxBytes = Long.MAX_VALUE;
  private long heldBytes;
  private boolean full;
  private String cluster = "";
  private Verdict verdict;
  private boolean knowsAnother;
  private boolean knowsACopy;
  private boolean hasAnswered;
  private long answeredAsOfNanos;
  private long particularsAsOfNanos;

  /** It has told nothing, up to now. */
  LastTold(long nowNanos) {
    particularsAsOfNanos = nowNanos;
  }

  /** Its state; 0 if it was never heard of. */
  public int state() {
    return state;
  }

  void setState(int newState) {
    state = newState;
  }

  boolean isServing() {
    return state == kv.REPLICA_SERVING;
  }

  /** What it has gone through. */
  public Past past() {
    return past;
  }

  void setPast(Past newPast) {
    past = newPast;
  }

  /** STANDING_... of kv.x. */
  public int standing() {
    return standing;
  }

  void setStanding(int newStanding) {
    standing = newStanding;
  }

  /** It has taken an epoch since, as we did with it. */
  public void setEpochs(Epochs epochs) {
    past = past.taking(epochs);
  }

  /** The highest clock that it believes; 0 if it never told one. */
  public long limit() {
    return limit;
  }

  /** One that cannot be is not taken. */
  void setLimit(long told) {
    if (HybridClock.isPossible(told)) {
      limit = told;
    }
  }

  /** Whether its disk was full: every write would fail there. */
  public boolean isFull() {
    return full;
  }

  void setFull(boolean isFull) {
    full = isFull;
  }

  /** How much of its heap clients may fill; {@code Long.MAX_VALUE} if it was never heard of. */
  public long maxBytes() {
    return maxBytes;
  }

  /** How much of its heap its entries took, when it was last greeted. */
  public long heldBytes() {
    return heldBytes;
  }

  /** A budget that no replica has is not taken. */
  void setBytes(long most, long held) {
    if (most >= LocalReplica.MIN_BYTES) {
      maxBytes = most;
      heldBytes = held;
    }
  }

  /** The name of its cluster; empty if it has none. */
  String cluster() {
    return cluster;
  }

  void setCluster(String name) {
    cluster = name;
  }

  /** What was thought of it; null if it never told anything. */
  Verdict verdict() {
    return verdict;
  }

  void setVerdict(Verdict newVerdict) {
    verdict = newVerdict;
  }

  /** Whether it has met another incarnation of our name, and us not since. */
  public boolean knowsAnother() {
    return knowsAnother;
  }

  void setKnowsAnother(boolean knows) {
    knowsAnother = knows;
  }

  /** Whether another replica that it reaches has a copy of our data directory. */
  boolean knowsACopy() {
    return knowsACopy;
  }

  void setKnowsACopy(boolean knows) {
    knowsACopy = knows;
  }

  /** It has answered what we asked at this moment. */
  public void answered(long askedNanos) {
    if (!hasAnswered || askedNanos - answeredAsOfNanos > 0) {
      hasAnswered = true;
      answeredAsOfNanos = askedNanos;
    }
  }

  /** Whether it has answered something that we asked it since. */
  public boolean hasAnsweredSince(long nanos) {
    return hasAnswered && answeredAsOfNanos - nanos >= 0;
  }

  /** It has told its particulars, as we asked at this moment. */
  void toldParticulars(long askedNanos) {
    if (askedNanos - particularsAsOfNanos > 0) {
      particularsAsOfNanos = askedNanos;
    }
  }

  /** Whether it has told its particulars since, as we asked. */
  public boolean hasToldSince(long nanos) {
    return particularsAsOfNanos - nanos >= 0;
  }
}
