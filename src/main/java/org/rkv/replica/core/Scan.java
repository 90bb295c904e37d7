package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Key;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;
import org.rkv.store.Entry;
import org.rkv.store.Store;

/**
 * Cuts a store into pages for RSCAN. A cursor names a segment and, within one, the last key seen:
 * what comes and goes between two pages moves neither, so an entry that is there all the time is
 * seen.
 */
public final class Scan {
  /** A page is cut after the entry that passes this many bytes. */
  private static final int PAGE_BYTES = 64 * 1024;

  private static final int ENTRY_BYTES = 64;

  /**
   * Pages that a scan takes at least. So a nearly empty store costs little a call as well, and what
   * can happen between two pages happens with every store, not with the large ones only.
   */
  private static final int MIN_PAGES = 4;

  private Scan() {}

  /** Where a scan begins. */
  public static Cursor start() {
    return cursor(0, false, "");
  }

  /** Within a segment behind a key, or at its beginning. */
  static Cursor cursor(int segment, boolean inside, String after) {
    Cursor cursor = new Cursor();
    cursor.segment = segment;
    cursor.inside = inside;
    cursor.after = new Key(after);
    return cursor;
  }

  /**
   * The page that begins at a cursor; an impossible cursor gives an empty last page.
   *
   * @param former a copy that is kept beside, from which entries move to the store at any time: its
   *     segments come first, so that none is missed. Their numbers stay free if it is null
   */
  static Page page(Store store, Store former, Cursor from, int state) {
    Page page = new Page();
    page.state = state;
    page.agreed = store.agreedClock();
    page.last = true;
    page.next = start();
    page.history = PeerMessages.noHistory();
    List<Scanned> scanned = new ArrayList<>();
    int bytes = 0;
    boolean inside = from.inside;
    int maxSegments = store.segments() / MIN_PAGES;
    int first = from.segment;
    if (former == null && first >= 0 && first < store.segments()) {
      first = store.segments();
      inside = false;
    }
    int end = 2 * store.segments();
    for (int segment = first; segment >= 0 && segment < end; segment++) {
      if (bytes >= PAGE_BYTES || segment - first >= maxSegments) {
        // Before the first entry of the segment: the last key seen says nothing of this one.
        page.last = false;
        page.next = cursor(segment, false, "");
        break;
      }
      String seen = null;
      String after = inside ? from.after.value : null;
      Iterator<Entry> entries =
          segment < store.segments()
              ? former.segment(segment, after).iterator()
              : store.segment(segment - store.segments(), after).iterator();
      inside = false;
      while (entries.hasNext()) {
        if (seen != null && bytes >= PAGE_BYTES) {
          page.last = false;
          page.next = cursor(segment, true, seen);
          break;
        }
        Entry entry = entries.next();
        seen = entry.key();
        scanned.add(Messages.scanned(entry));
        bytes += ENTRY_BYTES + entry.textBytes();
      }
      if (!page.last) {
        break;
      }
    }
    page.entries = scanned.toArray(new Scanned[0]);
    return page;
  }
}
