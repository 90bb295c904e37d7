package org.rkv.net;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Who of an event loop can close something when a file descriptor is needed and there is none.
 * Belongs to the loop's thread.
 */
final class DescriptorSources {
  private final List<BooleanSupplier> sources = new ArrayList<>();

  /**
   * Asks this one too, from now on.
   *
   * @param source closes something, and says whether there was anything
   */
  void add(BooleanSupplier source) {
    sources.add(source);
  }

  /**
   * Closes something for a file descriptor, which is there in the next round.
   *
   * @return false if there is nothing to close
   */
  boolean free() {
    return sources.stream().anyMatch(BooleanSupplier::getAsBoolean);
  }
}
