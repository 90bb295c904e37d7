package org.rkv.net;

/**
 * Which errors mean that this process has no memory left to go on with. Of heap, metaspace or
 * direct memory: what the error broke off may be half done, so it must not go on. That no thread
 * can be made, or an array was asked for that no heap would hold, says nothing of the memory. Safe
 * for all threads.
 */
public final class OutOfMemory {
  /** In the messages of HotSpot and OpenJ9. */
  private static final String NO_THREAD = "native thread";

  private static final String NO_ARRAY = "array size";

  private OutOfMemory() {}

  /** Whether to end; allocates nothing. */
  public static boolean isFatal(Throwable t) {
    if (!(t instanceof OutOfMemoryError)) {
      return false;
    }
    String message = t.getMessage();
    return message == null || !message.contains(NO_THREAD) && !message.contains(NO_ARRAY);
  }

  /** Throws it on if it means to end, for whoever catches all else. */
  public static void throwIfFatal(Throwable t) {
    if (isFatal(t)) {
      throw (OutOfMemoryError) t;
    }
  }

  /** Whether a thread could not be made: what it was to run may be tried again. */
  static boolean isNoThread(OutOfMemoryError e) {
    String message = e.getMessage();
    return message != null && message.contains(NO_THREAD);
  }
}
