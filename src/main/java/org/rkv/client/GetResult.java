package org.rkv.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.rkv.rpc.kv;

/** What a replica answered to a GET. Immutable, thread-safe. */
public final class GetResult {
  /** How the search for the key ended. */
  public enum Status {
    /** The key has a value. */
    FOUND(kv.GET_OK),
    /** The key is not there. */
    NOT_FOUND(kv.GET_KEY_NOT_FOUND),
    /** The key is not there, nor any other. */
    STORE_EMPTY(kv.GET_KVSTORE_IS_EMPTY),
    /** No such key can be stored. */
    KEY_TOO_LARGE(kv.GET_KEY_IS_TOO_LARGE);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    /** The code on the wire, as kv.x names it. */
    public int code() {
      return code;
    }
  }

  static final GetResult KEY_TOO_LARGE = new GetResult(Status.KEY_TOO_LARGE, null);

  private final Status status;
  private final byte[] value;

  private GetResult(Status status, byte[] value) {
    this.status = status;
    this.value = value;
  }

  /** Keeps the array: it must be nobody else's. */
  static GetResult of(int code, byte[] value, String replica) throws RkvException {
    switch (code) {
      case kv.GET_OK:
        return new GetResult(Status.FOUND, value);
      case kv.GET_KEY_NOT_FOUND:
        return new GetResult(Status.NOT_FOUND, null);
      case kv.GET_KVSTORE_IS_EMPTY:
        return new GetResult(Status.STORE_EMPTY, null);
      case kv.GET_KEY_IS_TOO_LARGE:
        return KEY_TOO_LARGE;
      case kv.GET_FAILED:
        throw new AnnouncedFailedException("GET", replica);
      default:
        throw new CallFailedException("GET refused with code " + code, replica, null);
    }
  }

  /** How the search ended. */
  public Status status() {
    return status;
  }

  /** A copy of the stored bytes; empty unless the key was found. */
  public Optional<byte[]> bytes() {
    return value == null ? Optional.empty() : Optional.of(value.clone());
  }

  /**
   * The value read as UTF-8, each byte that is not part of a character replaced by U+FFFD; empty
   * unless the key was found.
   */
  public Optional<String> text() {
    return value == null
        ? Optional.empty()
        : Optional.of(new String(value, StandardCharsets.UTF_8));
  }

  /** For logs: the status, and how long the value is. */
  @Override
  public String toString() {
    return value == null ? status.toString() : status + ", " + value.length + " bytes";
  }
}
