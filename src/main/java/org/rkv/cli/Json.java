package org.rkv.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes one flat JSON object (RFC 8259). The result is bytes, one char each, in ASCII: what is
 * beyond is escaped. Not thread-safe.
 */
final class Json {
  private final StringBuilder json = new StringBuilder("{");

  /** Adds a string. */
  Json text(String name, String value) {
    name(name);
    quote(value);
    return this;
  }

  /**
   * Adds bytes, one char each: as a string if they are UTF-8, otherwise in Base64 under the name
   * with {@code Base64} behind it.
   */
  Json bytes(String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return text(
          name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return text(name + "Base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  /** Adds a number. */
  Json number(String name, long value) {
    name(name);
    json.append(value);
    return this;
  }

  /** Adds true or false. */
  Json flag(String name, boolean value) {
    name(name);
    json.append(value);
    return this;
  }

  private void name(String name) {
    if (json.length() > 1) {
      json.append(',');
    }
    quote(name);
    json.append(':');
  }

  private void quote(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '"' || each == '\\') {
        json.append('\\').append(each);
      } else if (each >= ' ' && each < 0x7f) {
        json.append(each);
      } else {
        json.append(String.format("\\u%04x", (int) each));
      }
    }
    json.append('"');
  }

  @Override
  public String toString() {
    return json + "}";
  }
}
