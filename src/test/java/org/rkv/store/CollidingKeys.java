package org.rkv.store;

import java.util.ArrayList;
import java.util.List;

/** Keys that have one {@code String.hashCode}, as a stranger would choose them. */
public final class CollidingKeys {
  private static final String[] PARTS = {"Aa", "BB"};

  private CollidingKeys() {}

  /** Two to the power of this many, each of twice as many bytes. */
  public static List<String> of(int power) {
    List<String> keys = new ArrayList<>(1 << power);
    for (int bits = 0; bits < 1 << power; bits++) {
      StringBuilder key = new StringBuilder();
      for (int i = 0; i < power; i++) {
        key.append(PARTS[bits >>> i & 1]);
      }
      keys.add(key.toString());
    }
    return keys;
  }
}
