package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.store.Entry;
import org.rkv.store.Sections;
import org.rkv.store.Store;

/**
 * What RSECTIONS answers: a page of what is in some sections of the keys. They are spread over the
 * whole store, which is walked for them as a {@link Scan} walks it: a page ends when it is full, or
 * when so much has been looked at for it that others should have a turn.
 */
final class SectionPages {
  private static final int PAGE_BYTES = 64 * 1024;
  private static final int ENTRY_BYTES = 64;

  /** More than it is: to find and move what is known is a few milliseconds' work for a page. */
  private static final int FINGERPRINT_BYTES = PAGE_BYTES / 256;

  private static final int MIN_PAGES = 4;

  /** A few milliseconds' work. */
  private static final int MAX_LOOKED_AT = 16 * 1024;

  private final Store store;
  private final Sections sections;
  private final SectionsAsked asked;
  private final BitSet asksFor;
  private final List<Scanned> entries = new ArrayList<>();
  private final Fingerprints known = new Fingerprints();
  private final Fingerprints knownUnsettled = new Fingerprints();
  private int bytes;

  private SectionPages(Store store, SectionsAsked asked) {
    this.store = store;
    this.asked = asked;
    sections = store.sectionDigests().sections();
    asksFor = BitSet.valueOf(asked.sections.value);
  }

  /** Those told in one page. */
  private static final class Fingerprints {
    private long[] values = new long[16];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    long[] all() {
      return Arrays.copyOf(values, size);
    }
  }

  /**
   * The page that begins at a cursor; an impossible one gives an empty last page.
   *
   * @param state of this replica
   * @param start of this replica
   */
  static SectionsPage page(Store store, SectionsAsked asked, int state, long start) {
    SectionPages pages = new SectionPages(store, asked);
    SectionsPage page = new SectionsPage();
    page.start = start;
    page.page = new Page();
    page.page.state = state;
    page.page.agreed = store.agreedClock();
    page.page.history = PeerMessages.noHistory();
    Cursor next = pages.fill(asked.from);
    page.page.last = next == null;
    page.page.next = next == null ? Scan.start() : next;
    page.page.entries = pages.entries.toArray(new Scanned[0]);
    page.known = pages.known.all();
    page.known_unsettled = pages.knownUnsettled.all();
    return page;
  }

  /** Where it goes on, or null. */
  private Cursor fill(Cursor from) {
    if (asksFor.isEmpty() || from.segment < 0) {
      return null;
    }
    int maxSegments = store.segments() / MIN_PAGES;
    int lookedAt = 0;
    String after = from.inside ? from.after.value : null;
    for (int segment = from.segment; segment < store.segments(); segment++) {
      boolean isFull = bytes >= PAGE_BYTES || lookedAt >= MAX_LOOKED_AT;
      if (isFull || segment - from.segment >= maxSegments) {
        return Scan.cursor(segment, false, "");
      }
      String seen = take(segment, after);
      if (seen != null) {
        return Scan.cursor(segment, true, seen);
      }
      lookedAt += store.segmentSize(segment);
      after = null;
    }
    return null;
  }

  /** The last key that was taken if the page is full before the end of the segment; else null. */
  private String take(int segment, String after) {
    Iterator<Entry> found = store.segment(segment, after, asksFor).iterator();
    String seen = null;
    while (found.hasNext()) {
      if (seen != null && bytes >= PAGE_BYTES) {
        return seen;
      }
      Entry entry = found.next();
      seen = entry.key();
      take(entry);
    }
    return null;
  }

  private void take(Entry entry) {
    if (entry.clock() > asked.known) {
      entries.add(Messages.scanned(entry));
      bytes += ENTRY_BYTES + entry.textBytes();
    } else {
      Fingerprints told = entry.settled() ? known : knownUnsettled;
      told.add(sections.fingerprint(entry, asked.salt));
      bytes += FINGERPRINT_BYTES;
    }
  }
}
