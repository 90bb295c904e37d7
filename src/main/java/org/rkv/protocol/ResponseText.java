package org.rkv.protocol;

/** What the codes that a replica answers are called, word for word as in the C system. */
public final class ResponseText {
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

  private ResponseText() {}

  /** What a replica has said, behind its name, that a client may not call that. */
  public static String notPermitted(boolean isWrite) {
    return "does not let us " + (isWrite ? "write" : "read");
  }

  /** What a code that PUT answers is called. */
  public static String nameOfPut(int code) {
    return name(PUT, code);
  }

  /** What a code that GET or DEL answers is called. */
  public static String nameOfGetOrDel(int code) {
    return name(GET_OR_DEL, code);
  }

  /** The same, with the code behind it. */
  public static String ofPut(int code) {
    return nameOfPut(code) + " (" + code + ")";
  }

  /** The same, with the code behind it. */
  public static String ofGetOrDel(int code) {
    return nameOfGetOrDel(code) + " (" + code + ")";
  }

  private static String name(String[] texts, int code) {
    return code >= 0 && code < texts.length ? texts[code] : "unknown response";
  }
}
