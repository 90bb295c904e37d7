package org.rkv.client;

import org.rkv.rpc.kv;

/** What a PUT did. In both cases the value is on all replicas now. */
public enum PutResult {
  /** The key is new. */
  STORED(kv.PUT_OK),
  /** The key was there, and has this value instead of the one before. */
  REPLACED(kv.PUT_DUPLICATE_KEY_VALUE_RESET);

  private static final String COMMAND = "PUT";

  private final int code;

  PutResult(int code) {
    this.code = code;
  }

  /** The code on the wire, as kv.x names it. */
  public int code() {
    return code;
  }

  static PutResult of(int code, String replica) throws RkvException {
    switch (code) {
      case kv.PUT_OK:
        return STORED;
      case kv.PUT_DUPLICATE_KEY_VALUE_RESET:
        return REPLACED;
      case kv.PUT_KEY_IS_TOO_LARGE:
        throw refused(RefusedException.Limit.KEY_LENGTH, replica);
      case kv.PUT_VALUE_IS_TOO_LARGE:
        throw refused(RefusedException.Limit.VALUE_LENGTH, replica);
      case kv.PUT_KVSTORE_OUT_OF_CAPACITY:
        throw refused(RefusedException.Limit.CAPACITY, replica);
      case kv.PUT_FAILED:
        throw new AnnouncedFailedException(COMMAND, replica);
      default:
        throw new CallFailedException("PUT refused with code " + code, replica, null);
    }
  }

  /**
   * What is thrown when a PUT exceeds this limit.
   *
   * @param replica that says so, or null
   */
  static RefusedException refused(RefusedException.Limit limit, String replica) {
    return new RefusedException(COMMAND, limit, replica);
  }
}
