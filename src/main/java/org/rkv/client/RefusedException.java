package org.rkv.client;

import org.rkv.protocol.ResponseText;
import org.rkv.rpc.kv;

/**
 * A write was refused, since it exceeds a limit of the store; nothing was changed anywhere. Sent
 * again as it is, it is refused again, unless somebody makes room or raises the limit.
 */
public final class RefusedException extends RkvException {
  /** What a write may exceed. */
  public enum Limit {
    /** The key is longer than the replicas take. */
    KEY_LENGTH(kv.PUT_KEY_IS_TOO_LARGE),
    /** The value is longer than the replicas take. */
    VALUE_LENGTH(kv.PUT_VALUE_IS_TOO_LARGE),
    /** The store has no room: for another key, or for as many bytes. */
    CAPACITY(kv.PUT_KVSTORE_OUT_OF_CAPACITY);

    private final int code;

    Limit(int code) {
      this.code = code;
    }

    /** The code on the wire, as kv.x names it. */
    public int code() {
      return code;
    }
  }

  private static final long serialVersionUID = 1L;

  private final Limit limit;

  RefusedException(String command, Limit limit, String replica) {
    this(command + " was refused: " + ResponseText.nameOfPut(limit.code), limit, replica, null);
  }

  private RefusedException(String reason, Limit limit, String replica, Throwable cause) {
    super(reason, replica, reason, cause);
    this.limit = limit;
  }

  /** Which limit it is that the write exceeds. */
  public Limit limit() {
    return limit;
  }

  @Override
  RefusedException thrownHere() {
    return new RefusedException(reason(), limit, replica().orElse(null), this);
  }
}
