package org.rkv.simulation;

import java.util.HashSet;
import java.util.Set;
import org.rkv.rpc.kv;

/** A page that one asks another for is on its way for long. */
final class SlowPages implements Tampering {
  private final Scheduler scheduler;
  private final int procedure;
  private final long pageMillis;
  private final Set<Integer> asked = new HashSet<>();
  private int onTheirWay;

  /** Each page of a scan takes so long. */
  SlowPages(Scheduler scheduler, long pageMillis) {
    this(scheduler, kv.RSCAN_1, pageMillis);
  }

  /** Each that this procedure answers with takes so long. */
  SlowPages(Scheduler scheduler, int procedure, long pageMillis) {
    this.scheduler = scheduler;
    this.procedure = procedure;
    this.pageMillis = pageMillis;
  }

  /** Whether anybody waits for one. */
  boolean areUnderWay() {
    return !asked.isEmpty() || onTheirWay > 0;
  }

  @Override
  public boolean takes(byte[] message, Pipe out, Pipe back) {
    if (Messages.isCall(message)) {
      if (Messages.procedure(message) == procedure) {
        asked.add(Messages.xid(message));
      }
      return false;
    }
    boolean isPage = asked.remove(Messages.xid(message));
    if (isPage) {
      onTheirWay++;
      scheduler.afterMillis(
          pageMillis,
          () -> {
            onTheirWay--;
            out.send(message);
          });
    }
    return isPage;
  }
}
