package org.rkv.replica.core;

import java.util.Arrays;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Digests;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.kv;
import org.rkv.store.SectionDigests;

/** What RDIGESTS answers: the digests of a run of sections. */
final class DigestPages {
  /**
   * Pages that all sections take at least: what can happen between two pages happens with few
   * sections as well.
   */
  private static final int MIN_PAGES = 16;

  private DigestPages() {}

  /**
   * The page from a section on; of no section if there is no such one.
   *
   * @param state of this replica
   * @param start of this replica
   */
  static Digests page(SectionDigests digests, DigestsAsked asked, int state, long start) {
    int count = digests.sections().count();
    int first = asked.section < 0 ? count : Math.min(asked.section, count);
    int length = Math.min(count - first, Math.max(1, count / MIN_PAGES));
    Digests page = new Digests();
    page.state = state;
    page.start = start;
    page.sections = count;
    byte[] marks = new byte[length];
    page.entries = new long[length];
    long[] tombstones = new long[length];
    int withTombstones = 0;
    for (int i = 0; i < length; i++) {
      int section = first + i;
      page.entries[i] = digests.entries(section, asked.salt);
      if (digests.hasTombstones(section)) {
        marks[i] |= kv.SECTION_HAS_TOMBSTONES;
        tombstones[withTombstones++] = digests.tombstones(section, asked.salt);
      }
      if (!digests.isSettled(section)) {
        marks[i] |= kv.SECTION_IS_UNSETTLED;
      }
    }
    page.marks = new Bytes(marks);
    page.tombstones = Arrays.copyOf(tombstones, withTombstones);
    return page;
  }
}
