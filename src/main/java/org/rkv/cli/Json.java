package org.rkv.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.rkv.rpc.Reason;

/** Builds a JSON object whose strings may be any bytes. Not thread-safe. */
final class Json {
  private final JsonObject json = new JsonObject();

  /** What goes to standard output where a command brings no answer. */
  static String error(String command, String reason) {
    return new Json().text("command", command).text("error", reason).toString();
  }

  /** Adds a string. */
  Json text(String name, String value) {
    json.addProperty(name, value);
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

  /** Adds why a call was announced as failed, unless that is null. */
  Json because(Reason why) {
    return why == null
        ? this
        : bytes("cause", why.cause).bytes("peer", why.peer).bytes("reason", why.text);
  }

  /** Adds a number. */
  Json number(String name, long value) {
    json.addProperty(name, value);
    return this;
  }

  /** Adds true or false. */
  Json flag(String name, boolean value) {
    json.addProperty(name, value);
    return this;
  }

  /** Adds an object. */
  Json object(String name, Json value) {
    json.add(name, value.json);
    return this;
  }

  /** Adds a list of objects. */
  Json list(String name, Iterable<Json> values) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(value.json));
    json.add(name, array);
    return this;
  }

  /** The object on one line, as the bytes of UTF-8, one char each. */
  @Override
  public String toString() {
    byte[] utf8 = json.toString().getBytes(StandardCharsets.UTF_8);
    return new String(utf8, StandardCharsets.ISO_8859_1);
  }
}
