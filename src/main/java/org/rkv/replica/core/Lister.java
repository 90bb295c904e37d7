package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.rkv.replica.observe.Failure;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Store;

/**
 * Makes the pages of LIST. What is settled is taken as it is; what is not, deletes too, is {@link
 * Confirmations confirmed} as for a GET, all of a page side by side. So each entry was so at some
 * moment of the call, and each key that was there from the first page to the last is told once: the
 * cursor is a key, and what comes and goes before it or behind it does not move it.
 *
 * <p>A page has a bound in entries, in bytes, in what has to be confirmed for it and in deletes
 * that are passed over; the pages under way have one as well. Belongs to the replica's thread.
 */
final class Lister {
  /** Hears what LIST answers. */
  interface Listener {
    /**
     * A page is there.
     *
     * @param why it is that LIST has failed; null if it has not
     */
    void listed(ListPage page, Failure why);
  }

  /** A page is cut after so many entries. */
  static final int PAGE_ENTRIES = 1024;

  /** A page is cut after the entry that passes this many bytes. */
  static final int PAGE_BYTES = 64 * 1024;

  /** After so many entries and deletes of which some are not told, or need no bytes. */
  static final int PAGE_LOOKS = 4 * 1024;

  /** After so many that had to be confirmed. */
  static final int PAGE_CONFIRMATIONS = 32;

  /** Pages that wait for what they have to confirm: 4 MiB, and not more where values are short. */
  static final int MAX_WAITING = 64;

  private static final int ENTRY_BYTES = 16;
  private static final String LEAST_BYTE = "\0";

  private final Store store;
  private final Confirmations confirmations;
  private int waiting;

  Lister(Store store, Confirmations confirmations) {
    this.store = store;
    this.confirmations = confirmations;
  }

  /** What LIST answers where nothing is certain. */
  static ListPage failed() {
    ListPage page = new ListPage();
    page.code = kv.LIST_FAILED;
    page.entries = new KeyValue[0];
    page.next = new Key("");
    return page;
  }

  /**
   * Makes one page.
   *
   * @param listener hears it, at once or when all of it has been confirmed
   * @param tooMany is called instead if too many pages are under way
   */
  void list(ListRange range, Listener listener, Runnable tooMany) {
    Draft draft = new Draft(range, listener);
    collect(range, draft);
    if (draft.unsettled.isEmpty()) {
      listener.listed(draft.page(), null);
    } else if (waiting == MAX_WAITING) {
      tooMany.run();
    } else {
      waiting++;
      draft.confirm();
    }
  }

  /** What was asked for may be long, and is not kept for longer than this. */
  private void collect(ListRange range, Draft draft) {
    String prefix = range.prefix.value;
    if (prefix.length() > store.limits().maxLength()) {
      return; // no key is so long
    }
    String behind = range.inside ? behind(range.after.value) : "";
    draft.collect(behind.compareTo(prefix) > 0 ? behind : prefix, prefix);
  }

  /** Of a text that is longer than any key what a key can have is enough to compare. */
  private String behind(String after) {
    int mostChars = store.limits().maxLength();
    return after.length() > mostChars ? after.substring(0, mostChars) : after + LEAST_BYTE;
  }

  /** A page on its way. */
  private final class Draft {
    private final boolean keysOnly;
    private final int maxEntries;
    private final Listener listener;

    /** In order; null where an entry is not confirmed yet, or turned out to be none. */
    private final List<KeyValue> entries = new ArrayList<>();

    private final List<Unsettled> unsettled = new ArrayList<>();
    private int unconfirmed;
    private boolean last = true;
    private String next = "";
    private boolean over;

    Draft(ListRange range, Listener listener) {
      this.listener = listener;
      keysOnly = range.keys_only;
      maxEntries = range.limit > 0 ? Math.min(range.limit, PAGE_ENTRIES) : PAGE_ENTRIES;
    }

    /** What is not settled, by where it stands in the page. */
    private record Unsettled(int index, Entry entry) {}

    void collect(String from, String prefix) {
      int bytes = 0;
      int looks = 0;
      Iterator<Entry> inOrder = store.inOrder(from);
      while (inOrder.hasNext()) {
        if (bytes >= PAGE_BYTES
            || entries.size() == maxEntries
            || unsettled.size() == PAGE_CONFIRMATIONS
            || looks == PAGE_LOOKS) {
          last = false;
          return;
        }
        Entry entry = inOrder.next();
        if (!entry.key().startsWith(prefix)) {
          return;
        }
        looks++;
        next = entry.key();
        if (entry.settled() && entry.isTombstone()) {
          continue;
        }
        if (!entry.settled()) {
          unsettled.add(new Unsettled(entries.size(), entry));
        }
        entries.add(entry.settled() ? pair(entry.key(), entry.value()) : null);
        bytes += ENTRY_BYTES + entry.key().length() + (keysOnly ? 0 : valueBytes(entry));
      }
    }

    private static int valueBytes(Entry entry) {
      return entry.isTombstone() ? 0 : entry.value().length();
    }

    private KeyValue pair(String key, String value) {
      KeyValue pair = new KeyValue();
      pair.key = new Key(key);
      pair.value = new Value(keysOnly ? "" : value);
      return pair;
    }

    /** Some may be confirmed, or fail, before the last one has been asked for. */
    void confirm() {
      unconfirmed = unsettled.size();
      for (Unsettled each : unsettled) {
        if (over) {
          return;
        }
        confirmations.confirm(
            each.entry.key(), each.entry, (reply, why) -> confirmed(each, reply, why));
      }
    }

    private void confirmed(Unsettled one, GetReply reply, Failure why) {
      if (over) {
        return;
      }
      unconfirmed--;
      if (reply.code == kv.GET_OK) {
        entries.set(one.index, pair(one.entry.key(), reply.value.value));
      }
      if (why != null || unconfirmed == 0) {
        over = true;
        waiting--;
        listener.listed(why == null ? page() : failed(), why);
      }
    }

    /** A value that was confirmed may be longer than the copy that was here before. */
    ListPage page() {
      List<KeyValue> told = new ArrayList<>(entries.size());
      int bytes = 0;
      for (KeyValue entry : entries) {
        if (entry == null) {
          continue;
        }
        if (bytes >= PAGE_BYTES) {
          last = false;
          next = told.get(told.size() - 1).key.value;
          break;
        }
        told.add(entry);
        bytes += ENTRY_BYTES + entry.key.value.length() + entry.value.value.length();
      }
      ListPage page = new ListPage();
      page.code = kv.LIST_OK;
      page.entries = told.toArray(KeyValue[]::new);
      page.last = last;
      page.next = new Key(last ? "" : next);
      return page;
    }
  }
}
