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
import org.rkv.rpc.SectionsPage;
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
     * @param entries that came
     * @param kept how many were here already
     * @param last the last page
     */
    void complete(int entries, int kept, Page last);

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
  private static final int MOST_TIMES_TOLD = 2;

  private final List<Peer> all;
  private final boolean serving;
  private final PeerCalls calls;
  private final Applier applier;
  private final Store store;
  private final Store former;
  private final Headroom headroom;
  private final Durability durability;
  private final Timers timers;
  private final Listener listener;
  private final Queue<Peer> sources;
  private final long[] starts;
  private final Queue<Received> pages = new ArrayDeque<>();

  /** What is asked for instead of everything; null if everything is. */
  private Differences differences;

  private Cursor asked;
  private int entries;

  /** Of the present source: entries, and fingerprints. */
  private long told;

  private Runnable stopWaiting = () -> {};
  private boolean over;

  /** A page, and what came with it if it is of some sections only; else null. */
  private record Received(Page page, SectionsPage sections) {
    int length() {
      int known = sections == null ? 0 : sections.known.length + sections.known_unsettled.length;
      return page.entries.length + known;
    }
  }

  /**
   * Asks nobody yet.
   *
   * @param all whom to scan, in this order
   * @param serving whether they serve, so that what they call settled is so
   * @param former what is not asked for, so far as one that serves holds the same; null for nothing
   */
  SourceScan(
      List<Peer> all,
      boolean serving,
      PeerCalls calls,
      Applier applier,
      Store store,
      Store former,
      Headroom headroom,
      Durability durability,
      Timers timers,
      Listener listener) {
    this.all = all;
    this.serving = serving;
    this.calls = calls;
    this.applier = applier;
    this.store = store;
    this.former = former;
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

  /** How much of it is done, from 0 to 1. Keys are spread over the segments evenly. */
  double share() {
    int first =
        serving && asked != null && asked.segment >= store.segments() ? store.segments() : 0;
    int count = serving ? store.segments() : 2 * store.segments();
    double ofPresent = asked == null ? 0 : (double) (asked.segment - first) / count;
    return Math.min(1, (all.size() - sources.size() + ofPresent) / all.size());
  }

  /** Whom it scans. */
  List<Peer> sources() {
    return all;
  }

  /** What still comes is not wanted. The listener hears nothing more. */
  void cancel() {
    over = true;
    stopWaiting.run();
    if (differences != null) {
      differences.cancel();
    }
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
      listener.complete(entries, differences == null ? 0 : differences.moved(), last);
      return;
    }
    told = 0;
    listener.scanning(source);
    if (former == null) {
      ask(Scan.start());
    } else {
      differences =
          new Differences(
              source,
              calls,
              applier,
              store,
              former,
              timers,
              () -> ask(Scan.start()),
              this::scanAll,
              this::breakOff);
      differences.begin();
    }
  }

  /** The source cannot say what differs. */
  private void scanAll() {
    differences = null;
    ask(Scan.start());
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
    if (differences == null) {
      calls.rscan(sources.peek(), cursor, this);
    } else {
      differences.ask(cursor, this);
    }
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
    Received received =
        result instanceof SectionsPage some
            ? new Received(some.page, some)
            : new Received((Page) result, null);
    Page page = received.page;
    if (over) {
      return;
    }
    if (serving && page.state != kv.REPLICA_SERVING || !serving && page.merged) {
      breakOff();
      return;
    }
    if (received.sections != null && !differences.isOfSameStart(received.sections)) {
      breakOff();
      return;
    }
    if (!isProgress(received)) {
      disbelieve("pages that lead nowhere");
      return;
    }
    if (!page.last) {
      listener.waitsForRoom(sources.peek(), true);
      stopWaiting = durability.whenRoomForAPage(() -> goOn(page.next));
    }
    // Not now: the source makes the next page while this one is taken over.
    pages.add(received);
    timers.schedule(0, this::takeOver);
  }

  /**
   * So a scan ends: a source has as many segments as we, and as many again of a former copy; and it
   * tells of no key more than twice, the second time since a fingerprint of it was unknown here.
   */
  private boolean isProgress(Received received) {
    told += received.length();
    if (told > MOST_TIMES_TOLD * headroom.maxKeys()) {
      return false;
    }
    boolean isAnswer = received.sections == null || differences.isAnswer(received.sections);
    boolean hasMore = received.length() > received.page.entries.length;
    return isAnswer && PageCheck.follows(asked, received.page, hasMore, 2 * store.segments());
  }

  private void disbelieve(String what) {
    cancel();
    listener.disbelieved(sources.peek(), what);
  }

  private void takeOver() {
    if (over) {
      return;
    }
    Received received = pages.remove();
    Page page = received.page;
    String wrong = load(page);
    if (wrong != null) {
      disbelieve(wrong);
      return;
    }
    entries += page.entries.length;
    if (received.sections != null) {
      differences.take(received.sections);
    }
    if (!page.last) {
      return;
    }
    if (differences != null && differences.asksOnceMore()) {
      listener.waitsForRoom(sources.peek(), true);
      stopWaiting = durability.whenRoomForAPage(() -> goOn(Scan.start()));
    } else {
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
