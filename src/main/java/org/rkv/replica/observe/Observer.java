package org.rkv.replica.observe;

/**
 * Hears what becomes of what clients ask. It is told on the replica's thread, in the middle of its
 * work: it must not block, nor throw, nor keep anything that grows.
 */
public interface Observer {
  /** Hears nothing. */
  Observer NONE = new Observer() {};

  /**
   * A client has been answered.
   *
   * @param code what kv.x calls the answer
   * @param nanos since its call had come in
   */
  default void answered(Request request, int code, long nanos) {}

  /** Why the next answer, or the one just given, says that what was asked for has failed. */
  default void failed(Request request, Failure why) {}

  /**
   * Somebody has called what he may not.
   *
   * @param procedure its number in kv.x
   */
  default void refused(int procedure) {}
}
