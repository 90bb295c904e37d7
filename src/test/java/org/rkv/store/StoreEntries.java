package org.rkv.store;

import java.util.List;
import java.util.stream.IntStream;

/** What a store holds, for tests: production looks at a page of it at a time. */
public final class StoreEntries {
  private StoreEntries() {}

  /** A copy of each entry and tombstone, in no order. */
  public static List<Entry> of(Store store) {
    return IntStream.range(0, store.segments())
        .boxed()
        .flatMap(segment -> store.segment(segment, null))
        .toList();
  }
}
