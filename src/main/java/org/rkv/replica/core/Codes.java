package org.rkv.replica.core;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.Copy;
import org.rkv.rpc.kv;
import org.rkv.store.Outcome;

/** The store's outcomes as the codes of kv.x. */
final class Codes {
  private Codes() {}

  static int ofPut(Outcome outcome) {
    return switch (outcome) {
      case OK -> kv.PUT_OK;
      case REPLACED -> kv.PUT_DUPLICATE_KEY_VALUE_RESET;
      case KEY_TOO_LARGE -> kv.PUT_KEY_IS_TOO_LARGE;
      case VALUE_TOO_LARGE -> kv.PUT_VALUE_IS_TOO_LARGE;
      case FULL -> kv.PUT_KVSTORE_OUT_OF_CAPACITY;
      case NOT_FOUND, EMPTY -> kv.PUT_FAILED;
    };
  }

  static int ofGet(Outcome outcome) {
    return switch (outcome) {
      case OK, REPLACED -> kv.GET_OK;
      case KEY_TOO_LARGE -> kv.GET_KEY_IS_TOO_LARGE;
      case NOT_FOUND -> kv.GET_KEY_NOT_FOUND;
      case EMPTY -> kv.GET_KVSTORE_IS_EMPTY;
      case VALUE_TOO_LARGE, FULL -> kv.GET_FAILED;
    };
  }

  /** DEL has the same codes as GET. */
  static int ofDel(Outcome outcome) {
    return ofGet(outcome);
  }

  /** Whether a peer answers RPUT, RDEL or RGET that its epochs are others. */
  static boolean isGreetAnew(XdrAble result) {
    return result instanceof XdrInt code && code.intValue() == kv.GREET_ANEW
        || result instanceof Copy copy && copy.code == kv.GREET_ANEW;
  }

  /** What a client calls by this number; null if it is nothing that is announced as failed. */
  static Request requestOf(int procedure) {
    return switch (procedure) {
      case kv.PUT_1 -> Request.PUT;
      case kv.GET_1 -> Request.GET;
      case kv.DEL_1 -> Request.DEL;
      case kv.LIST_1 -> Request.LIST;
      default -> null;
    };
  }

  /** What a peer answers RPUT, RDEL or RGET. */
  static int of(XdrAble result) {
    return result instanceof Copy copy ? copy.code : ((XdrInt) result).intValue();
  }

  /**
   * Whether a peer has applied what it was sent: RPUT answers 0, RDEL as well that there was
   * nothing to delete.
   */
  static boolean isApplied(int code) {
    return code == kv.PUT_OK || code == kv.DEL_KEY_NOT_FOUND;
  }
}
