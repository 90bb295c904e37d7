package org.rkv.replica.peer;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.rkv.net.News;
import org.rkv.net.Timers;
import org.slf4j.Logger;

/**
 * What is wrong with one peer, for the log: each thing once in ten minutes at most, as long as it
 * is not well in between. A host that is gone is tried every second, and may be found unreachable
 * in several ways in turn; and one may come and go as often as it likes. Belongs to the thread of
 * its peer.
 */
final class PeerComplaints {
  /** Some of what is said comes from the other end, which may say something else each time. */
  private static final int MAX_SAID = 50;

  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Timers timers;
  private final News news;
  private final Set<String> said = new HashSet<>();
  private long sinceNanos;

  PeerComplaints(Timers timers, Logger log) {
    this.timers = timers;
    news = new News(timers, log);
  }

  /** Writes a warning, unless it was written lately. */
  void say(String text) {
    long now = timers.nanoTime();
    if (said.isEmpty() || now - sinceNanos > AGAIN_NANOS) {
      said.clear();
      sinceNanos = now;
    }
    if (said.size() < MAX_SAID && said.add(text)) {
      news.warn(text);
    }
  }

  /** All is well, and what goes wrong next is news. */
  void isWell(String text) {
    said.clear();
    news.info(text);
  }
}
