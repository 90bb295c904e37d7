package org.rkv.bench;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What the clients do: which operations, on how many keys, with how large values. Immutable.
 *
 * @param keyPrefix what each key begins with
 * @param percent of each kind of operation; together 100
 * @param keys that are drawn from, each as often as another
 * @param valueBytes of each value
 */
record Workload(String keyPrefix, Map<Kind, Integer> percent, int keys, int valueBytes) {
  /** What the keys of every bench begin with unless told otherwise. */
  static final String DEFAULT_KEY_PREFIX = "bench-";

  private static final int DRAWN_CHARS = 6;
  private static final int LETTERS = 26;

  private static final String FILLING = "abcdefghijklmnopqrstuvwxyz0123456789";

  /** Takes the numbers as they are. */
  Workload {
    percent = Map.copyOf(percent);
  }

  /** What only one bench begins its keys with: {@code bench-qkzvxa-}. */
  static String drawPrefix() {
    StringBuilder prefix = new StringBuilder(DEFAULT_KEY_PREFIX);
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < DRAWN_CHARS; i++) {
      prefix.append((char) ('a' + random.nextInt(LETTERS)));
    }
    return prefix.append('-').toString();
  }

  /**
   * Reads a mix such as {@code put=10,get=90}.
   *
   * @throws IllegalArgumentException with one clear line if it is none, or does not make 100
   */
  static Map<Kind, Integer> mix(String text) {
    Map<Kind, Integer> percent = new EnumMap<>(Kind.class);
    int total = 0;
    for (String part : text.split(",", -1)) {
      String[] sides = part.split("=", -1);
      try {
        Kind kind = Kind.valueOf(sides[0].strip().toUpperCase(Locale.ROOT));
        int share = sides.length == 2 ? Integer.parseInt(sides[1].strip()) : 100;
        if (share < 0 || share > 100 || percent.put(kind, share) != null) {
          throw new IllegalArgumentException(part);
        }
        total += share;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("no mix of put, get, del and null: " + text, e);
      }
    }
    if (total != 100) {
      throw new IllegalArgumentException("the mix makes " + total + " percent, not 100: " + text);
    }
    return percent;
  }

  /** Draws the next operation. */
  Kind next(SplittableRandom random) {
    int dice = random.nextInt(100);
    for (Map.Entry<Kind, Integer> each : percent.entrySet()) {
      dice -= each.getValue();
      if (dice < 0) {
        return each.getKey();
      }
    }
    throw new IllegalStateException("the shares make 100");
  }

  /** The name of a key. */
  String key(int number) {
    return keyPrefix + number;
  }

  /** A value by which a reader knows that it belongs to the key. */
  String value(int key, long writes) {
    StringBuilder value = new StringBuilder(valueBytes + 32);
    value.append(key).append(':').append(writes).append(':');
    while (value.length() < valueBytes) {
      value.append(FILLING);
    }
    value.setLength(valueBytes);
    return value.toString();
  }

  /** Whether a value that was read is one that was written under this key. */
  boolean isValueOf(int key, String read) {
    String mark = key + ":";
    return read.length() == valueBytes
        && (valueBytes <= mark.length() ? mark.startsWith(read) : read.startsWith(mark));
  }
}
