package org.rkv.replica.core;

import java.security.SecureRandom;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.store.Store;

/**
 * What a source that serves holds and the copies here do not: after a restart with a data
 * directory, it is little. It compares digests, moves to the store what is equal, and then asks for
 * what is in the sections that differ. These become what the source holds, and what has come by
 * itself since; of the former copy nothing else stays. Belongs to the replica's thread.
 */
final class Differences {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Peer source;
  private final long start;
  private final PeerCalls calls;
  private final long salt = RANDOM.nextLong();
  private final Comparison comparison;
  private final HandOver handOver;
  private final Runnable found;
  private final Runnable notComparable;
  private final Runnable brokeOff;
  private long knownClock;

  /** Whether the source told a fingerprint of what is not here, though it is old. */
  private boolean isSomethingMissing;

  /**
   * Asks nothing yet.
   *
   * @param former what the former copy holds
   * @param found runs when it is known what to {@link #ask} for
   * @param notComparable runs if the source cannot be asked so
   * @param brokeOff runs if the source is lost, or not what it was; none of these after {@link
   *     #cancel}
   */
  Differences(
      Peer source,
      PeerCalls calls,
      Applier applier,
      Store store,
      Store former,
      Timers timers,
      Runnable found,
      Runnable notComparable,
      Runnable brokeOff) {
    this.source = source;
    this.calls = calls;
    this.found = found;
    this.notComparable = notComparable;
    this.brokeOff = brokeOff;
    start = source.start();
    Comparison.Asking asking = (section, replies) -> calls.rdigests(source, section, salt, replies);
    comparison = new Comparison(start, asking, store, former, salt, new ComparisonEvents());
    handOver = new HandOver(store, former, applier, comparison, salt, timers, this::isHandedOver);
  }

  private void isHandedOver() {
    knownClock = handOver.knownClock();
    found.run();
  }

  private final class ComparisonEvents implements Comparison.Listener {
    @Override
    public void compared() {
      handOver.begin();
    }

    @Override
    public void notComparable() {
      notComparable.run();
    }

    @Override
    public void brokeOff() {
      brokeOff.run();
    }
  }

  /** Asks the source for its digests. */
  void begin() {
    comparison.begin();
  }

  /** Nothing runs any more. */
  void cancel() {
    comparison.cancel();
    handOver.cancel();
  }

  /** RSECTIONS: a page of what differs. The last page comes also if nothing does. */
  void ask(Cursor from, ReplyCollector replies) {
    SectionsAsked asked = new SectionsAsked();
    asked.sections = new Bytes(comparison.differing().toByteArray());
    asked.salt = salt;
    asked.known = knownClock;
    asked.from = from;
    calls.rsections(source, asked, replies);
  }

  /** Whether a page is of the start of the source that was compared. */
  boolean isOfSameStart(SectionsPage page) {
    return page.start == start;
  }

  /**
   * Whether a page has fingerprints only if they were asked for: else there may be no end to it.
   */
  boolean isAnswer(SectionsPage page) {
    return knownClock != Long.MIN_VALUE || page.known.length + page.known_unsettled.length == 0;
  }

  /** Moves what a page tells the fingerprints of. */
  void take(SectionsPage page) {
    take(page.known, true);
    take(page.known_unsettled, false);
  }

  private void take(long[] fingerprints, boolean isSettled) {
    for (long fingerprint : fingerprints) {
      isSomethingMissing |= !handOver.take(fingerprint, isSettled);
    }
  }

  /**
   * The last page has come.
   *
   * @return whether something is missing still: then all is asked for once more, and comes without
   *     fingerprints
   */
  boolean asksOnceMore() {
    boolean asksOnceMore = isSomethingMissing;
    isSomethingMissing = false;
    knownClock = Long.MIN_VALUE;
    return asksOnceMore;
  }

  /** How many entries were here already. */
  int moved() {
    return handOver.moved();
  }
}
