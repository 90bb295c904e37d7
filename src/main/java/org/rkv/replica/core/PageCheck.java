package org.rkv.replica.core;

import org.rkv.rpc.Cursor;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;

/**
 * What a page of a {@link Scan} must be so that the scan ends, whoever makes the pages: the cursors
 * ascend, by segment and within one by key, and so do the entries, from the one cursor to the
 * other. So nothing is told twice, but by each of the segments once, which are few.
 */
final class PageCheck {
  private PageCheck() {}

  /**
   * Whether a page can be what follows a cursor.
   *
   * @param asked the cursor
   * @param hasMore whether more came with it than its entries
   * @param mostSegments that a source can have
   */
  static boolean follows(Cursor asked, Page page, boolean hasMore, int mostSegments) {
    if (page.last) {
      return beginsAnewAtMost(mostSegments - asked.segment, page);
    }
    Cursor next = page.next;
    if (next.segment == asked.segment) {
      return next.inside && beginsAnewAtMost(0, page) && liesBetween(asked, page, hasMore, next);
    }
    return next.segment > asked.segment
        && next.segment < mostSegments
        && beginsAnewAtMost(next.segment - asked.segment, page);
  }

  /** Whether the entries ascend strictly but for so many of them: the first of a segment each. */
  private static boolean beginsAnewAtMost(int times, Page page) {
    int anew = 0;
    for (int i = 1; i < page.entries.length; i++) {
      if (key(page.entries[i - 1]).compareTo(key(page.entries[i])) >= 0) {
        anew++;
      }
    }
    return anew <= times;
  }

  /** Of a page within one segment, whose entries ascend. */
  private static boolean liesBetween(Cursor asked, Page page, boolean hasMore, Cursor next) {
    Scanned[] entries = page.entries;
    if (entries.length == 0) {
      return hasMore && isBehind(asked, next.after.value);
    }
    return isBehind(asked, key(entries[0]))
        && key(entries[entries.length - 1]).compareTo(next.after.value) <= 0;
  }

  private static boolean isBehind(Cursor asked, String key) {
    return !asked.inside || asked.after.value.compareTo(key) < 0;
  }

  private static String key(Scanned entry) {
    return entry.key.value;
  }
}
