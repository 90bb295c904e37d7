package org.rkv.replica.core;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.kv;
import org.rkv.store.Store;

/**
 * Takes over all that some peers hold, one peer after the other, page by page: of one that serves,
 * or of all when none does. It breaks off when a source is lost, is not the incarnation that was
 * met, or stops serving. Belongs to the replica's thread.
 */
final class SourceScan implements ReplyCollector {
  /** Hears how it goes. Of the last three, at most one is called, once. */
  interface Listener {
    /** The next source is asked for its first page. */
    void scanning(Peer source);

    /** There is room on the disk for what comes next, or there is none. */
    void waitsForRoom(Peer source, boolean isWaiting);

    /**
     * All sources have been scanned.
     *
     * @param last the last page
     */
    void complete(int entries, Page last);

    /** Not all that the sources hold has come over. */
    void brokeOff();

    /**
     * The source tells of something that cannot be. It may know that it was acknowledged: to serve
     * without it would be wrong.
     *
     * @param what cannot be
     */
    void disbelieved(Peer source, String what);
  }

  private static final String IMPOSSIBLE_CLOCK = "a clock that cannot be";

  private final List<Peer> all;
  private final boolean serving;
  private final PeerCalls calls;
  private final Applier applier;
  private final Store store;
  private final Headroom headroom;
  private final Durability durability;
  private final Timers timers;
  private final Listener listener;
  private final Queue<Peer> sources;
  private final long[] starts;
  private final Queue<Page> pages = new ArrayDeque<>();
  private Cursor asked;
  private int entries;
  private Runnable stopWaiting = () -> {};
  private boolean over;

  /**
   * Asks nobody yet.
   *
   * @param all whom to scan, in this order
   * @param serving whether they serve, so that what they call settled is so
   */
  SourceScan(
      List<Peer> all,
      boolean serving,
      PeerCalls calls,
      Applier applier,
      Store store,
      Headroom headroom,
      Durability durability,
      Timers timers,
      Listener listener) {
    this.all = all;
    this.serving = serving;
    this.calls = calls;
    this.applier = applier;
    this.store = store;
    this.headroom = headroom;
    this.durability = durability;
    this.timers = timers;
    this.listener = listener;
    sources = new ArrayDeque<>(all);
    starts = all.stream().mapToLong(Peer::start).toArray();
  }

  /** Asks the first source. */
  void begin() {
    next(null);
  }

  /** Whether it is not of all that start together. */
  boolean isOfOneThatServes() {
    return serving;
  }

  /** Whom it scans. */
  List<Peer> sources() {
    return all;
  }

  /** What still comes is not wanted. The listener hears nothing more. */
  void cancel() {
    over = true;
    stopWaiting.run();
  }

  /** The peers have changed: breaks off if a source is not what it was. */
  void check() {
    for (int i = 0; i < starts.length; i++) {
      Peer source = all.get(i);
      boolean same = source.isAdmitted() && source.start() == starts[i];
      if (!same || serving && !source.isServing()) {
        breakOff();
        return;
      }
    }
  }

  private void next(Page last) {
    Peer source = sources.peek();
    if (source == null) {
      over = true;
      listener.complete(entries, last);
    } else {
      listener.scanning(source);
      ask(Scan.start());
    }
  }

  private void goOn(Cursor cursor) {
    listener.waitsForRoom(sources.peek(), false);
    ask(cursor);
  }

  private void ask(Cursor cursor) {
    if (over) {
      return;
    }
    asked = cursor;
    calls.rscan(sources.peek(), cursor, this);
  }

  /** The listener hears that it is to begin again. */
  void breakOff() {
    if (!over) {
      cancel();
      listener.brokeOff();
    }
  }

  @Override
  public void answered(int index, XdrAble result) {
    Page page = (Page) result;
    if (over) {
      return;
    }
    if (serving && page.state != kv.REPLICA_SERVING || !serving && page.merged) {
      breakOff();
      return;
    }
    if (!page.last) {
      if (!isProgress(page)) {
        disbelieve("pages that lead nowhere");
        return;
      }
      listener.waitsForRoom(sources.peek(), true);
      stopWaiting = durability.whenRoomForAPage(() -> goOn(page.next));
    }
    // Not now: the source makes the next page while this one is taken over.
    pages.add(page);
    timers.schedule(0, this::takeOver);
  }

  /** So a scan ends: a source has as many segments as we, and as many again of a former copy. */
  private boolean isProgress(Page page) {
    int segment = page.next.segment;
    return segment > asked.segment && segment < 2 * store.segments()
        || segment == asked.segment && page.next.inside && page.entries.length > 0;
  }

  private void disbelieve(String what) {
    cancel();
    listener.disbelieved(sources.peek(), what);
  }

  private void takeOver() {
    if (over) {
      return;
    }
    Page page = pages.remove();
    String wrong = load(page);
    if (wrong != null) {
      disbelieve(wrong);
      return;
    }
    entries += page.entries.length;
    if (page.last) {
      sources.poll();
      next(page);
    }
  }

  /** Null, or what cannot be: not all has been taken over. */
  private String load(Page page) {
    if (!applier.loadAgreedClock(page.agreed)) {
      return IMPOSSIBLE_CLOCK;
    }
    for (Scanned scanned : page.entries) {
      if (store.limits().tooLarge(scanned.key.value)
          || store.limits().tooLarge(scanned.value.value)) {
        return "an entry beyond the maximal length";
      }
      if (!headroom.hasRoomFor(scanned.key.value, scanned.deleted ? null : scanned.value.value)) {
        return "more entries than all replicas can hold";
      }
      if (!applier.load(scanned, serving)) {
        return IMPOSSIBLE_CLOCK;
      }
    }
    return null;
  }

  @Override
  public void failed(int index, String reason) {
    breakOff();
  }
}
