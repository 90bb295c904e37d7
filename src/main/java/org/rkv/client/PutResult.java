package org.rkv.client;

import org.rkv.rpc.kv;

/** What a replica answered to a PUT. */
public enum PutResult {
  /** The key is new, and on all replicas. */
  STORED(kv.PUT_OK),
  /** The key was there; its new value is on all replicas. */
  REPLACED(kv.PUT_DUPLICATE_KEY_VALUE_RESET),
  /** Refused; nothing has changed. */
  KEY_TOO_LARGE(kv.PUT_KEY_IS_TOO_LARGE),
  /** Refused; nothing has changed. */
  VALUE_TOO_LARGE(kv.PUT_VALUE_IS_TOO_LARGE),
  /** Refused: the store has no room for another key; nothing has changed. */
  OUT_OF_CAPACITY(kv.PUT_KVSTORE_OUT_OF_CAPACITY);

  private final int code;

  PutResult(int code) {
    this.code = code;
  }

  /** The code on the wire, as kv.x names it. */
  public int code() {
    return code;
  }

  /** Whether the value is on all replicas now. */
  public boolean isStored() {
    return this == STORED || this == REPLACED;
  }

  static PutResult of(int code) throws RkvException {
    switch (code) {
      case kv.PUT_OK:
        return STORED;
      case kv.PUT_DUPLICATE_KEY_VALUE_RESET:
        return REPLACED;
      case kv.PUT_KEY_IS_TOO_LARGE:
        return KEY_TOO_LARGE;
      case kv.PUT_VALUE_IS_TOO_LARGE:
        return VALUE_TOO_LARGE;
      case kv.PUT_KVSTORE_OUT_OF_CAPACITY:
        return OUT_OF_CAPACITY;
      case kv.PUT_FAILED:
        throw new AnnouncedFailedException("PUT", null);
      default:
        throw new CallFailedException("PUT refused with code " + code, null);
    }
  }
}
