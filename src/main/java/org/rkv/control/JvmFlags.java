package org.rkv.control;

import java.util.List;
import java.util.function.Predicate;
import org.rkv.replica.EffectiveOptions;
import org.rkv.store.HeapBudget;
import org.rkv.store.Limits;

/**
 * The flags of a replica's JVM, by the limits that it is given. What it may hold at most must fit
 * in its heap; half as much again is for deletes and what is under way. In a large heap, the serial
 * collector would stop all for a second at a time. With large values G1 stops all for 20 ms several
 * times a second, and Shenandoah hardly; not every JDK has that. With many small ones it takes
 * longer to catch up. All replicas of a machine stay under three quarters of its memory; the store
 * of one whose heap is too small for its limits is full before the capacity is reached.
 */
final class JvmFlags {
  private static final String SERIAL = "-XX:+UseSerialGC";
  private static final String G1 = "-XX:+UseG1GC -XX:MaxGCPauseMillis=20";
  private static final String SHENANDOAH = "-XX:+UseShenandoahGC -XX:+UnlockExperimentalVMOptions";

  /** Values of half a region and more would each have regions of their own. */
  private static final String G1_REGIONS = " -XX:G1HeapRegionSize=8m";

  private static final String SHENANDOAH_REGIONS = " -XX:ShenandoahRegionSize=8m";

  private static final long MEBIBYTE = 1 << 20;
  private static final long BASE_MEBIBYTES = HeapBudget.BASE_BYTES / MEBIBYTE;
  private static final long SMALL_MEBIBYTES = 30;

  /** What a JVM takes besides its heap: code, classes, threads, buffers. */
  private static final long BESIDE_HEAP_MEBIBYTES = 112;

  private static final int LARGE_VALUE_BYTES = 65_536;
  private static final int MAX_DIGITS = 9;

  private JvmFlags() {}

  /**
   * Finds the flags, with blanks between them.
   *
   * @param options of the server, with white space between them; of what is no limit the server
   *     says itself what is wrong with it
   * @param memoryBytes of this machine, for one replica
   * @param isTakenByJava whether the JVM can be started with these flags
   */
  static String of(String options, long memoryBytes, Predicate<List<String>> isTakenByJava) {
    Limits limits = limits(options);
    long mebibytes = (limits.maxHeapBytes() >> 20) + 1;
    if (mebibytes <= SMALL_MEBIBYTES) {
      return SERIAL + " -Xmx" + BASE_MEBIBYTES + "m";
    }
    long needed = (HeapBudget.heapBytes(mebibytes << 20) + MEBIBYTE - 1) / MEBIBYTE;
    long heap = Math.min(needed, most(memoryBytes >> 20));
    return collector(limits, isTakenByJava) + " -XX:+UseTransparentHugePages -Xmx" + heap + "m";
  }

  /** So that all that is resident, not the heap alone, stays under three quarters of the memory. */
  private static long most(long memoryMebibytes) {
    return Math.max(BASE_MEBIBYTES, memoryMebibytes * 3 / 4 - BESIDE_HEAP_MEBIBYTES);
  }

  private static String collector(Limits limits, Predicate<List<String>> isTakenByJava) {
    if (limits.maxLength() < LARGE_VALUE_BYTES) {
      return G1;
    }
    String shenandoah = SHENANDOAH + SHENANDOAH_REGIONS;
    return isTakenByJava.test(List.of(shenandoah.split(" "))) ? shenandoah : G1 + G1_REGIONS;
  }

  private static Limits limits(String options) {
    List<String> words = List.of(options.split("[ \t\n]+"));
    try {
      return new Limits(
          number("--capacity", words, Limits.DEFAULT_CAPACITY),
          number("--max-length", words, Limits.DEFAULT_MAX_LENGTH));
    } catch (IllegalArgumentException e) {
      return Limits.ofTheCSystem();
    }
  }

  private static int number(String option, List<String> words, int otherwise) {
    String number = EffectiveOptions.last(option, words);
    return number.matches("[0-9]{1," + MAX_DIGITS + "}") ? Integer.parseInt(number) : otherwise;
  }
}
