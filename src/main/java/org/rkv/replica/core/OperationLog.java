package org.rkv.replica.core;

import java.util.function.Consumer;
import org.rkv.protocol.ResponseText;
import org.rkv.store.Change;
import org.rkv.store.Entry;
import org.rkv.store.Lookup;
import org.rkv.store.MergeResult;
import org.rkv.store.Outcome;

/**
 * The lines that the C server prints, one an operation, for operators who are used to them. Keys
 * and values are written as the bytes they are, a char a byte. Off, it costs one comparison.
 */
public final class OperationLog {
  /** Writes nothing. */
  public static final OperationLog OFF = new OperationLog(null);

  private final Consumer<String> lines;

  /**
   * Writes each line to this.
   *
   * @param lines takes each line, without the newline, and must not block
   */
  public OperationLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void put(String key, String value, Change change) {
    if (lines == null) {
      return;
    }
    switch (change.outcome()) {
      case OK -> stored(key, value, null);
      case REPLACED -> stored(key, value, change.replaced().value());
      case KEY_TOO_LARGE -> lines.accept("PUT: key is too large");
      case VALUE_TOO_LARGE -> lines.accept("PUT: value is too large");
      default -> lines.accept("PUT: key value store is out of capacity");
    }
  }

  void get(String key, Lookup found) {
    if (lines != null) {
      looked("GET", key, found.outcome(), found.entry());
    }
  }

  void delete(String key, Change change) {
    if (lines != null) {
      looked("DEL", key, change.outcome(), change.replaced());
    }
  }

  private void looked(String operation, String key, Outcome outcome, Entry entry) {
    switch (outcome) {
      case OK -> lines.accept(keyValue(operation, key, entry.value()));
      case KEY_TOO_LARGE -> lines.accept(operation + ": key is too large");
      case EMPTY -> lines.accept(operation + ": key value store is empty");
      default -> lines.accept(operation + ": key=\"" + key + "\" not found");
    }
  }

  /** What an RPUT or RDEL did to the local copy. */
  void adopted(MergeResult merged) {
    if (lines == null || !merged.changed()) {
      return;
    }
    Entry after = merged.after();
    String oldValue = merged.before() == null ? null : merged.before().value();
    if (!after.isTombstone()) {
      stored(after.key(), after.value(), oldValue);
    } else if (oldValue != null) {
      lines.accept(keyValue("DEL", after.key(), oldValue));
    } else {
      lines.accept("DEL: key=\"" + after.key() + "\" not found");
    }
  }

  void replicationResponse(String operation, int code) {
    if (lines != null) {
      String text =
          operation.equals("PUT") ? ResponseText.ofPut(code) : ResponseText.ofGetOrDel(code);
      lines.accept(operation + ": replication response: " + text);
    }
  }

  void replicaFailed(String name) {
    if (lines != null) {
      lines.accept("Connection to replica: \"" + name + "\" failed.");
    }
  }

  private void stored(String key, String value, String oldValue) {
    String line = keyValue("PUT", key, value);
    lines.accept(oldValue == null ? line : line + ", old_value=\"" + oldValue + "\"");
  }

  private static String keyValue(String operation, String key, String value) {
    return operation + ": key=\"" + key + "\", value=\"" + value + "\"";
  }
}
