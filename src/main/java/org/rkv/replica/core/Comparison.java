package org.rkv.replica.core;

import java.util.BitSet;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.rpc.Digests;
import org.rkv.rpc.kv;
import org.rkv.store.SectionDigests;
import org.rkv.store.Store;

/**
 * Finds out which sections of the keys a source that serves holds as they are here already, in the
 * former copy and the store together: no entry is in both, so their sums can be added. A section
 * that is equal says at one moment what a scan of it would have said then. Belongs to the replica's
 * thread.
 *
 * <p>Tombstones that the source has forgotten are no difference: here they are as good as forgotten
 * if it has none in that section.
 */
final class Comparison implements ReplyCollector {
  /** Hears how it ends: one of these is called, once, but for {@link #cancel}. */
  interface Listener {
    void compared();

    /** The source is of a release that knows nothing of this, or divides the keys otherwise. */
    void notComparable();

    /** The source is lost, or is not any more what it was. */
    void brokeOff();
  }

  /** Calls RDIGESTS at the source. */
  interface Asking {
    void ask(int section, ReplyCollector replies);
  }

  private final long start;
  private final Asking asking;
  private final SectionDigests held;
  private final SectionDigests formerlyHeld;
  private final long salt;
  private final Listener listener;
  private final int count;
  private final BitSet differing = new BitSet();
  private final BitSet settled = new BitSet();
  private final BitSet withTombstones = new BitSet();
  private int compared;
  private boolean isOver;

  /**
   * Has compared nothing.
   *
   * @param start of the source
   * @param salt that goes into what the source is asked for
   */
  Comparison(long start, Asking asking, Store store, Store former, long salt, Listener listener) {
    this.start = start;
    this.asking = asking;
    this.salt = salt;
    this.listener = listener;
    held = store.sectionDigests();
    formerlyHeld = former.sectionDigests();
    count = held.sections().count();
  }

  /** Asks for the first digests. */
  void begin() {
    asking.ask(compared, this);
  }

  /** The listener hears nothing more. */
  void cancel() {
    isOver = true;
  }

  /** The sections that are not equal. */
  BitSet differing() {
    return differing;
  }

  /** Whether a section is equal. */
  boolean isEqual(int section) {
    return !differing.get(section);
  }

  /** Whether the source knows all of a section to be on every replica. */
  boolean isSettled(int section) {
    return settled.get(section);
  }

  /** Whether the source remembers tombstones of a section. */
  boolean hasTombstones(int section) {
    return withTombstones.get(section);
  }

  @Override
  public void answered(int index, XdrAble result) {
    if (isOver) {
      return;
    }
    Digests page = (Digests) result;
    if (page.state != kv.REPLICA_SERVING || page.start != start) {
      isOver = true;
      listener.brokeOff();
    } else if (page.sections != count || !compare(page)) {
      isOver = true;
      listener.notComparable();
    } else if (compared == count) {
      isOver = true;
      listener.compared();
    } else {
      begin();
    }
  }

  /** False if it is no such page as was asked for. */
  private boolean compare(Digests page) {
    int length = page.entries.length;
    if (length == 0 || length > count - compared || page.marks.value.length != length) {
      return false;
    }
    int tombstones = 0;
    for (int i = 0; i < length; i++) {
      int section = compared + i;
      boolean isEqual = page.entries[i] == held.entriesWith(formerlyHeld, section, salt);
      settled.set(section, (page.marks.value[i] & kv.SECTION_IS_UNSETTLED) == 0);
      if ((page.marks.value[i] & kv.SECTION_HAS_TOMBSTONES) != 0) {
        if (tombstones == page.tombstones.length) {
          return false;
        }
        withTombstones.set(section);
        long told = page.tombstones[tombstones++];
        isEqual = isEqual && told == held.tombstonesWith(formerlyHeld, section, salt);
      }
      differing.set(section, !isEqual);
    }
    compared += length;
    return true;
  }

  @Override
  public void failed(int index, String reason) {
    if (isOver) {
      return;
    }
    isOver = true;
    if (reason.equals(GroupClient.NOT_OFFERED)) {
      listener.notComparable();
    } else {
      listener.brokeOff();
    }
  }
}
