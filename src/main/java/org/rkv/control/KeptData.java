package org.rkv.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.kv;

/**
 * What a replica keeps on its disk, as it says itself.
 *
 * @param column in a word, for the table; {@code -} if it did not say
 * @param directory where it is; {@link #MEMORY} if nowhere, {@code -} if it did not say
 * @param remarks what an operator should know of it besides
 */
record KeptData(String column, String directory, List<String> remarks) {
  /** What stands for a directory where there is none. */
  static final String MEMORY = "memory";

  /** Of one that does not say. */
  static final KeptData UNKNOWN = new KeptData(Row.UNKNOWN, Row.UNKNOWN, List.of());

  /** Of one that keeps all in memory only. */
  static final KeptData IN_MEMORY = new KeptData(MEMORY, MEMORY, List.of());

  private static final long MOST_UNFORCED_MILLIS = 1000;

  static KeptData of(DataStatus data) {
    if (data.directory.isEmpty()) {
      return IN_MEMORY;
    }
    List<String> remarks = new ArrayList<>();
    if (data.full) {
      remarks.add("the disk of its data directory is full: writes fail until there is room");
    }
    if (data.unforced_millis > MOST_UNFORCED_MILLIS) {
      long seconds = TimeUnit.MILLISECONDS.toSeconds(data.unforced_millis);
      remarks.add(
          data.unforced_bytes + " bytes are not on the disk yet, the oldest for " + seconds + " s");
    }
    return new KeptData(column(data), data.directory, remarks);
  }

  private static String column(DataStatus data) {
    if (data.full) {
      return "full";
    }
    if (data.was_empty) {
      return "new";
    }
    return switch (data.standing) {
      case kv.STANDING_COMPLETE -> "disk";
      case kv.STANDING_DOUBTFUL -> "doubtful";
      case kv.STANDING_DAMAGED -> "damaged";
      default -> "behind";
    };
  }
}
