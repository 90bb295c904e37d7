package org.rkv.bench;

import org.rkv.protocol.ResponseText;
import org.rkv.rpc.kv;

/** What a client does to a replica. */
enum Kind {
  PUT(kv.PUT_1),
  GET(kv.GET_1),
  DEL(kv.DEL_1),
  NULL(0);

  private final int procedure;

  Kind(int procedure) {
    this.procedure = procedure;
  }

  int procedure() {
    return procedure;
  }

  /** What is said of an answer with this code. */
  String answer(int code) {
    return this
        + " was answered: "
        + (this == PUT
            ? ResponseText.ofPut(code)
            : ResponseText.nameOfGetOrDel(code) + " (" + code + ")");
  }

  /** Whether a code means that the operation was done; what is not there is no error. */
  boolean isDone(int code) {
    return switch (this) {
      case PUT -> code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET;
      case GET, DEL ->
          code == kv.GET_OK || code == kv.GET_KEY_NOT_FOUND || code == kv.GET_KVSTORE_IS_EMPTY;
      case NULL -> true;
    };
  }
}
