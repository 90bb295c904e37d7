package org.rkv.cli;

import org.rkv.protocol.ResponseText;
import org.rkv.rpc.Reason;
import org.rkv.rpc.kv;

/**
 * The answer to a PUT, GET or DEL. Immutable.
 *
 * @param value of a GET with code 0; otherwise null
 * @param reason why it was announced as failed; null if it was not, or nobody knows
 */
record KeyReply(String command, String key, int code, String value, Reason reason)
    implements Reply {
  /** One that needs no reason. */
  KeyReply(String command, String key, int code, String value) {
    this(command, key, code, value, null);
  }

  /** Whether the replica can be asked why. */
  boolean isAnnouncedFailed() {
    return code == kv.PUT_FAILED;
  }

  /** The same, for this reason. */
  KeyReply because(Reason why) {
    return new KeyReply(command, key, code, value, why);
  }

  @Override
  public String text() {
    String line = command + ": server response: " + codeText() + " (" + code + ")";
    return value == null ? line : line + "; value=\"" + value + "\"";
  }

  @Override
  public String json() {
    Json json = new Json().text("command", command).bytes("key", key).number("code", code);
    json.text("text", codeText());
    if (value != null) {
      json.bytes("value", value);
    }
    return json.because(reason).toString();
  }

  @Override
  public int exitStatus() {
    switch (code) {
      case kv.PUT_OK:
        return ExitStatus.DONE;
      case kv.PUT_FAILED:
        return ExitStatus.ANNOUNCED_FAILED;
      default:
        break;
    }
    if (isPut()) {
      return code == kv.PUT_DUPLICATE_KEY_VALUE_RESET ? ExitStatus.DONE : ExitStatus.REFUSED;
    }
    return code == kv.GET_KEY_NOT_FOUND || code == kv.GET_KVSTORE_IS_EMPTY
        ? ExitStatus.NOT_FOUND
        : ExitStatus.REFUSED;
  }

  private boolean isPut() {
    return command.equals("PUT");
  }

  private String codeText() {
    return isPut() ? ResponseText.nameOfPut(code) : ResponseText.nameOfGetOrDel(code);
  }
}
