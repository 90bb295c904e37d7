package org.rkv.simulation;

import java.util.HashSet;
import java.util.Set;
import org.rkv.rpc.kv;

/** A page of a scan is on its way for long. */
final class SlowPages implements Tampering {
  private final Scheduler scheduler;
  private final long pageMillis;
  private final Set<Integer> scans = new HashSet<>();

  /** Each page takes so long. */
  SlowPages(Scheduler scheduler, long pageMillis) {
    this.scheduler = scheduler;
    this.pageMillis = pageMillis;
  }

  @Override
  public boolean takes(byte[] message, Pipe out, Pipe back) {
    if (Messages.isCall(message)) {
      if (Messages.procedure(message) == kv.RSCAN_1) {
        scans.add(Messages.xid(message));
      }
      return false;
    }
    boolean isPage = scans.remove(Messages.xid(message));
    if (isPage) {
      scheduler.afterMillis(pageMillis, () -> out.send(message));
    }
    return isPage;
  }
}
