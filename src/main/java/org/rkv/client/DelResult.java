package org.rkv.client;

import org.rkv.rpc.kv;

/** What a DEL did. In all cases the key is on no replica now. */
public enum DelResult {
  /** The key was there, and is gone from all replicas. */
  DELETED(kv.DEL_OK),
  /** The key was not there. */
  NOT_FOUND(kv.DEL_KEY_NOT_FOUND),
  /** The key was not there, nor any other. */
  STORE_EMPTY(kv.DEL_KVSTORE_IS_EMPTY);

  private static final String COMMAND = "DEL";

  private final int code;

  DelResult(int code) {
    this.code = code;
  }

  /** The code on the wire, as kv.x names it. */
  public int code() {
    return code;
  }

  static DelResult of(int code, String replica) throws RkvException {
    switch (code) {
      case kv.DEL_OK:
        return DELETED;
      case kv.DEL_KEY_NOT_FOUND:
        return NOT_FOUND;
      case kv.DEL_KVSTORE_IS_EMPTY:
        return STORE_EMPTY;
      case kv.DEL_KEY_IS_TOO_LARGE:
        throw keyTooLarge(replica);
      case kv.DEL_FAILED:
        throw new AnnouncedFailedException(COMMAND, replica);
      default:
        throw new CallFailedException("DEL refused with code " + code, replica, null);
    }
  }

  /**
   * What is thrown when the key of a DEL is longer than the replicas take.
   *
   * @param replica that says so, or null
   */
  static RefusedException keyTooLarge(String replica) {
    return new RefusedException(COMMAND, RefusedException.Limit.KEY_LENGTH, replica);
  }
}
