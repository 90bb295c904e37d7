package org.rkv.client;

import java.nio.charset.StandardCharsets;

/** A key and its value, as a listing tells them. Immutable, thread-safe. */
public final class Entry {
  private final byte[] key;
  private final byte[] value;

  /** Keeps the arrays: they must be nobody else's. */
  Entry(byte[] key, byte[] value) {
    this.key = key;
    this.value = value;
  }

  /** A copy of the key's bytes. */
  public byte[] key() {
    return key.clone();
  }

  /** A copy of the value's bytes; none where keys only were asked for. */
  public byte[] value() {
    return value.clone();
  }

  /** The key read as UTF-8, each byte that is not part of a character replaced by U+FFFD. */
  public String keyText() {
    return new String(key, StandardCharsets.UTF_8);
  }

  /** The value, likewise. */
  public String valueText() {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** For logs: how long both are. */
  @Override
  public String toString() {
    return "key of " + key.length + " bytes, value of " + value.length + " bytes";
  }
}
