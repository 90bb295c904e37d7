package org.rkv.replica.metrics;

import org.rkv.replica.observe.Request;
import org.rkv.rpc.kv;

/** The codes of kv.x in one word each. */
final class Outcomes {
  private Outcomes() {}

  /** Null if that request is never answered so. */
  static String of(Request request, int code) {
    return switch (request) {
      case PUT -> ofPut(code);
      case GET, DEL -> ofGetOrDel(code);
      case LIST -> ofList(code);
    };
  }

  private static String ofPut(int code) {
    return switch (code) {
      case kv.PUT_OK -> "ok";
      case kv.PUT_FAILED -> "failed";
      case kv.PUT_KEY_IS_TOO_LARGE -> "key-too-large";
      case kv.PUT_VALUE_IS_TOO_LARGE -> "value-too-large";
      case kv.PUT_DUPLICATE_KEY_VALUE_RESET -> "replaced";
      case kv.PUT_KVSTORE_OUT_OF_CAPACITY -> "full";
      default -> null;
    };
  }

  private static String ofGetOrDel(int code) {
    return switch (code) {
      case kv.GET_OK -> "ok";
      case kv.GET_FAILED -> "failed";
      case kv.GET_KEY_IS_TOO_LARGE -> "key-too-large";
      case kv.GET_KEY_NOT_FOUND -> "not-found";
      case kv.GET_KVSTORE_IS_EMPTY -> "empty";
      default -> null;
    };
  }

  private static String ofList(int code) {
    return switch (code) {
      case kv.LIST_OK -> "ok";
      case kv.LIST_FAILED -> "failed";
      default -> null;
    };
  }
}
