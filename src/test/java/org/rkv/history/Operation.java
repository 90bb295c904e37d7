package org.rkv.history;

/**
 * One operation of one client, from its call to its answer. Immutable.
 *
 * @param client who called, for people
 * @param value what a PUT writes, or what a GET answered; null if there is none
 * @param invokedNanos when the call began, on the one clock of the whole history
 * @param returnedNanos when the answer was there, on the same clock; {@link #NEVER} if none came
 */
public record Operation(
    String client,
    Kind kind,
    String key,
    String value,
    long invokedNanos,
    long returnedNanos,
    Result result) {

  /** When an operation returned that nobody heard of again. */
  public static final long NEVER = Long.MAX_VALUE;

  /** What was asked. */
  public enum Kind {
    /** Writes a value. */
    PUT,
    /** Reads. */
    GET,
    /** Writes that there is no value. */
    DEL
  }

  /** What was answered. */
  public enum Result {
    /** Done: PUT 0 or 7, GET 0, DEL 0. */
    OK,
    /** There is no such key: 4 or 5 of GET and DEL. */
    ABSENT,
    /** Announced as failed. A write may still take effect, once, at any later time. */
    FAILED,
    /** No answer, or none that says anything. A write may take effect as with FAILED. */
    UNKNOWN
  }

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Operation {
    boolean needsValue = kind == Kind.PUT || kind == Kind.GET && result == Result.OK;
    if (needsValue != (value != null)) {
      throw new IllegalArgumentException(kind + " " + result + " with value " + value);
    }
    if (kind == Kind.PUT && result == Result.ABSENT) {
      throw new IllegalArgumentException("a PUT finds nothing absent");
    }
    if (returnedNanos < invokedNanos) {
      throw new IllegalArgumentException("returned before it was invoked");
    }
  }

  /** Whether nothing, or one write, came of it, nobody knows which. */
  boolean isIndeterminateWrite() {
    return kind != Kind.GET && (result == Result.FAILED || result == Result.UNKNOWN);
  }

  /** Whether it is certain to have written. */
  boolean isCertainWrite() {
    return kind != Kind.GET && result == Result.OK;
  }

  /** Whether it says what the register held: a DEL that found nothing is a read as well. */
  boolean isRead() {
    return kind == Kind.GET && result == Result.OK || result == Result.ABSENT;
  }

  /** What a person would say of it, without the times. */
  @Override
  public String toString() {
    String asked =
        switch (kind) {
          case PUT -> "PUT " + key + " = " + value;
          case GET -> "GET " + key;
          case DEL -> "DEL " + key;
        };
    String answered =
        switch (result) {
          case OK -> kind == Kind.GET ? value : "ok";
          case ABSENT -> "not found";
          case FAILED -> "failed";
          case UNKNOWN -> "no answer";
        };
    return asked + " -> " + answered;
  }
}
