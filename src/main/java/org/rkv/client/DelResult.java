package org.rkv.client;

import org.rkv.rpc.kv;

/** What a replica answered to a DEL. */
public enum DelResult {
  /** The key was there, and is gone from all replicas. */
  DELETED(kv.DEL_OK),
  /** The key was not there. */
  NOT_FOUND(kv.DEL_KEY_NOT_FOUND),
  /** The key was not there, nor any other. */
  STORE_EMPTY(kv.DEL_KVSTORE_IS_EMPTY),
  /** Refused: no such key can be stored. */
  KEY_TOO_LARGE(kv.DEL_KEY_IS_TOO_LARGE);

  private final int code;

  DelResult(int code) {
    this.code = code;
  }

  /** The code on the wire, as kv.x names it. */
  public int code() {
    return code;
  }

  static DelResult of(int code) throws RkvException {
    switch (code) {
      case kv.DEL_OK:
        return DELETED;
      case kv.DEL_KEY_NOT_FOUND:
        return NOT_FOUND;
      case kv.DEL_KVSTORE_IS_EMPTY:
        return STORE_EMPTY;
      case kv.DEL_KEY_IS_TOO_LARGE:
        return KEY_TOO_LARGE;
      case kv.DEL_FAILED:
        throw new AnnouncedFailedException("DEL", null);
      default:
        throw new CallFailedException("DEL refused with code " + code, null);
    }
  }
}
