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

  static String toPut(int code) {
    return line("PUT", PUT, code);
  }

  static String toGet(int code) {
    return line("GET", GET_OR_DEL, code);
  }

  static String toDel(int code) {
    return line("DEL", GET_OR_DEL, code);
  }

  private static String line(String command, String[] texts, int code) {
    String text = code >= 0 && code < texts.length ? texts[code] : "unknown code";
    return command + ": server response: " + text + " (" + code + ")";
  }
}
