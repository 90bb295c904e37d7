package org.rkv.cli;

/** The C client's texts for what a replica answers. The codes are constants of {@code kv.x}. */
final class Answer {
  private static final String[] PUT = {
    "succeeded",
    "failed",
    "key is null",
    "key is too large",
    "value is null",
    "value is too large",
    "key value pair is null",
    "key is not unique; value is reset",
    "key value store is out of capacity"
  };

  private static final String[] GET_OR_DEL = {
    "succeeded",
    "failed",
    "key is null",
    "key is too large",
    "key is not found",
    "key value store is empty"
  };

  private Answer() {}

  static String ofPut(int code) {
    return of(PUT, code);
  }

  static String ofGetOrDel(int code) {
    return of(GET_OR_DEL, code);
  }

  private static String of(String[] texts, int code) {
    return code >= 0 && code < texts.length ? texts[code] : "unknown code";
  }
}
