package org.rkv.store;

import java.util.BitSet;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The entries of one replica. A client's operation is checked in the order of the C system and gets
 * a new stamp; what another replica accepted is merged: the greatest stamp wins, so applying is
 * idempotent, commutative and associative, and the same writes leave the same store in any order.
 *
 * <p>The keys are spread over a number of segments that the capacity decides, see {@link Cells}, so
 * a scan that goes from segment to segment is not disturbed by what changes meanwhile. Not
 * thread-safe.
 */
public final class Store {
  private final Limits limits;
  private final HybridClock clock;
  private Cells cells;
  private LongSupplier maxBytes = () -> Long.MAX_VALUE;
  private Consumer<Entry> listener = entry -> {};

  /** The copy that this one is to take the place of, or null. */
  private Store former;

  /**
   * Holds nothing.
   *
   * @param clock gives the stamps; it observes what others issued before that is applied, and hears
   *     of what is settled
   * @param keyHash decides which keys are in one segment
   */
  public Store(Limits limits, HybridClock clock, KeyHash keyHash) {
    this(limits, clock, keyHash, new Sections(Sections.COUNT));
  }

  /** The same, compared with others in these sections. */
  public Store(Limits limits, HybridClock clock, KeyHash keyHash, Sections sections) {
    this.limits = limits;
    this.clock = clock;
    cells = new Cells(limits.capacity(), keyHash, sections);
  }

  /**
   * From now on a client's PUT is refused that would leave entries of more {@link #heldBytes} than
   * that, and of more than before. Tombstones have {@link HeapBudget#tombstoneBytes} beside it
   * before they take room from entries. A DEL is never refused: it is only ever of what a PUT has
   * brought, and that was reckoned with.
   *
   * @param bytes may change
   */
  public void limitBytes(LongSupplier bytes) {
    maxBytes = bytes;
  }

  /**
   * From now on that hears of each entry and tombstone that is held newly: not of what the former
   * copy held already.
   */
  public void onStored(Consumer<Entry> newListener) {
    listener = newListener;
  }

  /**
   * Keeps no order of keys from now on. Keys that come and go at random find their place one by
   * one, which costs more than all else where a million are read, or moved to another store.
   *
   * @return this
   */
  public Store withoutOrder() {
    cells.keepNoOrder();
    return this;
  }

  /** Puts all keys in order at once, a million within a second, and keeps it from now on. */
  public void putInOrder() {
    cells.putInOrder();
  }

  /**
   * This one is to take the place of another copy, which is left to whoever keeps it, but for what
   * comes here too: so equal entries are in memory once.
   */
  public void replace(Store formerCopy) {
    former = formerCopy;
  }

  /**
   * If this one holds nothing, and nothing is settled in the other, takes all that the other holds,
   * which holds nothing then: however much it is, at once.
   *
   * @return whether it did
   */
  public boolean takeAllOf(Store other) {
    if (keys() > 0 || other.cells.totals().hasSettled() || !other.cells.canReplace(cells)) {
      return false;
    }
    Cells empty = cells;
    cells = other.cells;
    other.cells = empty;
    return true;
  }

  /** Takes over all that is newer in the other one, which keeps it. */
  public void takeIn(Store other) {
    other.forEach(entry -> apply(entry.key(), entry.value(), entry.stamp()));
    clock.agree(other.agreedClock());
  }

  /** The copy that this one was to take the place of is not needed any more. */
  public void forgetFormer() {
    former = null;
  }

  /** What a client may store. */
  public Limits limits() {
    return limits;
  }

  /** How many keys have a value: what counts towards the capacity. */
  public int liveEntries() {
    return cells.totals().liveEntries();
  }

  /** How many deleted keys are remembered. */
  public int tombstones() {
    return cells.totals().tombstones();
  }

  /** Of both: how many keys are known. */
  public int keys() {
    return cells.totals().liveEntries() + cells.totals().tombstones();
  }

  /** What all this takes of the heap, nearly, with what is left of the copy that it replaces. */
  public long heldBytes() {
    return cells.totals().heldBytes() + (former == null ? 0 : former.cells.totals().heldBytes());
  }

  /** Of all keys and values. */
  public long textBytes() {
    return cells.totals().heldBytes() - (long) Limits.BYTES_BESIDE_TEXT * keys();
  }

  /** By how many bytes it would hold more if it took this; less than zero if it would hold less. */
  public long growth(String key, String value) {
    return growth(cell(key), key, value);
  }

  private static long growth(Cell cell, String key, String value) {
    return Cell.heldBytes(key, value == null ? 0 : value.length())
        - (cell == null ? 0 : cell.heldBytes());
  }

  /**
   * The highest clock of all that every replica is known to have had, forgotten tombstones too, and
   * of all that had been agreed where this store was copied from.
   */
  public long agreedClock() {
    return clock.agreed();
  }

  /** Of all keys with a value; equal to another store's if these are the same in both. */
  public Digest entriesDigest() {
    return cells.totals().entriesDigest;
  }

  /** Of all tombstones, likewise. */
  public Digest tombstonesDigest() {
    return cells.totals().tombstonesDigest;
  }

  /** Of each section of the keys. */
  public SectionDigests sectionDigests() {
    return cells.totals().sectionDigests;
  }

  /** A client's PUT: checks key size, value size, what fits, and stores under a new stamp. */
  public Change put(String key, String value) {
    if (limits.tooLarge(key)) {
      return Change.refused(Outcome.KEY_TOO_LARGE);
    }
    if (limits.tooLarge(value)) {
      return Change.refused(Outcome.VALUE_TOO_LARGE);
    }
    Cell cell = cell(key);
    boolean fresh = !isLive(cell);
    if (fresh && cells.totals().liveEntries() >= limits.capacity()
        || cell == null && keys() >= limits.maxKeys()
        || isTooMuch(cell, key, value)) {
      return Change.refused(Outcome.FULL);
    }
    Entry before = copy(cell);
    Entry entry = hold(cell, key, value, clock.next());
    return new Change(fresh ? Outcome.OK : Outcome.REPLACED, entry, before);
  }

  /**
   * A client's DEL: leaves a tombstone under a new stamp. Of a key that is not there, nothing is
   * changed, and the change has the tombstone that is there already, if there is one.
   */
  public Change delete(String key) {
    if (limits.tooLarge(key)) {
      return Change.refused(Outcome.KEY_TOO_LARGE);
    }
    Cell cell = cell(key);
    Entry held = copy(cell);
    if (!isLive(cell)) {
      return new Change(absent(), held, null);
    }
    return new Change(Outcome.OK, hold(cell, key, null, clock.next()), held);
  }

  /** A client's GET. Of a deleted key, it finds the tombstone. */
  public Lookup get(String key) {
    if (limits.tooLarge(key)) {
      return new Lookup(Outcome.KEY_TOO_LARGE, null);
    }
    Cell cell = cell(key);
    return new Lookup(isLive(cell) ? Outcome.OK : absent(), copy(cell));
  }

  /** Whether a key has a value. */
  public boolean isLive(String key) {
    return isLive(cell(key));
  }

  /** Whether there is an entry or a tombstone of a key. */
  public boolean knows(String key) {
    return cell(key) != null;
  }

  /** A copy of the entry or tombstone of a key, or null if there is neither. */
  public Entry find(String key) {
    return copy(cell(key));
  }

  /**
   * Merges what another replica accepted. The capacity does not count here: a full store must be
   * able to become equal to another full store.
   *
   * @param value null for a tombstone
   * @param stamp its clock has been observed
   */
  public MergeResult apply(String key, String value, Stamp stamp) {
    Cell cell = cell(key);
    Entry held = copy(cell);
    if (held != null && held.stamp().compareTo(stamp) >= 0) {
      return new MergeResult(held, held);
    }
    return new MergeResult(held, hold(cell, key, value, stamp));
  }

  /**
   * From now on every replica is known to hold what was written under that stamp, or something
   * newer.
   *
   * @return whether it is a tombstone that was not known to be settled, and so may be {@link #drop
   *     dropped} some time from now on
   */
  public boolean settle(String key, Stamp stamp) {
    Cell cell = cell(key);
    if (cell == null || !cell.has(stamp) || cell.isSettled()) {
      return false;
    }
    cell.settle();
    cells.totals().settled(cell);
    clock.agree(stamp.clock());
    return cell.isTombstone();
  }

  /**
   * Whether nothing is left to do for what was written under that stamp: something newer is held,
   * and settled, or nothing is held any more.
   */
  public boolean isSuperseded(String key, Stamp stamp) {
    Cell cell = cell(key);
    return cell == null || !cell.has(stamp) && cell.isSettled();
  }

  /** Forgets a settled tombstone, if it is still what is held for its key. */
  public boolean drop(String key, Stamp stamp) {
    Cell cell = cell(key);
    if (cell == null || !cell.isTombstone() || !cell.isSettled() || !cell.has(stamp)) {
      return false;
    }
    cells.remove(cell);
    return true;
  }

  /** The number of segments; it never changes. */
  public int segments() {
    return cells.segments();
  }

  /**
   * The entries and tombstones in one segment, in the order of their keys. Each is copied when it
   * is asked for, which must be before the store is changed.
   *
   * @param after only those with a greater key; null for all
   */
  public Stream<Entry> segment(int index, String after) {
    return cells.segment(index, after, cell -> true).map(Cell::entry);
  }

  /** The same, only of these sections of the keys. */
  public Stream<Entry> segment(int index, String after, BitSet sections) {
    return cells
        .segment(index, after, cell -> sections.get(cell.section().index()))
        .map(Cell::entry);
  }

  /** How many entries and tombstones are in one segment. */
  public int segmentSize(int index) {
    return cells.segmentSize(index);
  }

  /**
   * All entries and tombstones, segment by segment. What is done with them may change the store.
   */
  public void forEach(Consumer<Entry> action) {
    for (int i = 0; i < segments(); i++) {
      segment(i, null).toList().forEach(action);
    }
  }

  /**
   * The entries and tombstones of this key and all greater ones, in the order of their keys' bytes.
   * Each is copied when it is asked for, which must be before the store is changed.
   */
  public Iterator<Entry> inOrder(String from) {
    Iterator<Cell> inOrder = cells.inOrder(from);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return inOrder.hasNext();
      }

      @Override
      public Entry next() {
        return inOrder.next().entry();
      }
    };
  }

  /**
   * Of the entries alone, or of what these and the tombstones come to if all are deleted: who
   * deletes cannot be refused, and must not make more than a replica that starts can take.
   */
  private boolean isTooMuch(Cell cell, String key, String value) {
    long liveGrowth = liveGrowth(cell, key, value);
    long growthOfMost =
        Cell.mostBytes(key, Cell.heldBytes(key, value.length()))
            - (cell == null ? 0 : cell.mostBytes());
    if (liveGrowth <= 0 && growthOfMost <= 0) {
      return false;
    }
    long most = maxBytes.getAsLong();
    return liveGrowth > 0 && liveBytes() + liveGrowth > most
        || growthOfMost > 0 && mostBytes() + growthOfMost - HeapBudget.tombstoneBytes(most) > most;
  }

  private long mostBytes() {
    long bytes = cells.totals().mostBytes();
    return former == null ? bytes : bytes + former.mostBytes();
  }

  private long liveBytes() {
    long bytes = cells.totals().heldBytes() - cells.totals().tombstoneBytes();
    return former == null ? bytes : bytes + former.liveBytes();
  }

  private static long liveGrowth(Cell cell, String key, String value) {
    return isLive(cell) ? growth(cell, key, value) : Cell.heldBytes(key, value.length());
  }

  private long maxTombstoneBytes() {
    return HeapBudget.tombstoneBytes(maxBytes.getAsLong());
  }

  /** Whether half of what deletes may be, or take beside the entries, is used up. */
  public boolean isShortOfTombstones() {
    return cells.totals().tombstones() > limits.maxTombstones() / 2
        || cells.totals().tombstoneBytes() > maxTombstoneBytes() / 2;
  }

  /**
   * Whether one more entry might be refused for what deletes take: they are more than may be, or
   * take more, without taking room from entries.
   */
  public boolean haveTombstonesTakenRoom() {
    return cells.totals().liveEntries() < limits.capacity()
        && (cells.totals().tombstones() > limits.maxTombstones()
            || cells.totals().tombstoneBytes() > maxTombstoneBytes());
  }

  private Cell cell(String key) {
    return cells.find(key);
  }

  private static Entry copy(Cell cell) {
    return cell == null ? null : cell.entry();
  }

  private static boolean isLive(Cell cell) {
    return cell != null && !cell.isTombstone();
  }

  private Outcome absent() {
    return cells.totals().liveEntries() == 0 ? Outcome.EMPTY : Outcome.NOT_FOUND;
  }

  /** Writes to the cell of a key, or to a new one if it is null. */
  private Entry hold(Cell held, String key, String value, Stamp stamp) {
    Cell cell = held;
    if (cell == null) {
      cell = cells.add(key);
    } else {
      cells.totals().uncount(cell);
    }
    cell.write(value, stamp);
    cells.totals().count(cell, value);
    Entry entry = new Entry(cell.key(), value, stamp, false);
    if (former == null || !former.giveUp(key, stamp)) {
      listener.accept(entry);
    }
    return entry;
  }

  /**
   * What is as old as this or older is held elsewhere, or does not count.
   *
   * @return whether it was this
   */
  public boolean giveUp(String key, Stamp stamp) {
    Cell cell = cell(key);
    if (cell == null || cell.entry().stamp().compareTo(stamp) > 0) {
      return false;
    }
    boolean isThis = cell.has(stamp);
    cells.remove(cell);
    return isThis;
  }
}
