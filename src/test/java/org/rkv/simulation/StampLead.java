package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import org.rkv.store.Entry;
import org.rkv.store.StoreEntries;

/**
 * How far stamps may be ahead of the time where one wall clock has kept to it all along: no more
 * than an hour ahead of that clock, and an hour more for each start of its replica, since that
 * takes over what all have agreed to meanwhile. And nobody is ever told a stamp that it refuses.
 */
final class StampLead {
  private static final long HOUR_MILLIS = 3_600_000;

  private StampLead() {}

  /** What has gone further. */
  static List<String> complaints(SimulatedCluster cluster) {
    List<String> complaints = new ArrayList<>(cluster.journal().refusals());
    if (cluster.plan().clocks() == Plan.Clocks.ONE_ROUGH) {
      SimulatedReplica sober = cluster.replicas().get(0);
      long latestMillis =
          sober.machine().timeMillis()
              + ClockFaults.MOST_ERROR_MILLIS
              + sober.starts() * HOUR_MILLIS;
      for (SimulatedReplica replica : cluster.replicas()) {
        for (Entry entry : StoreEntries.of(replica.replica().store())) {
          if (entry.clock() >>> 16 > latestMillis) {
            complaints.add(replica.machine() + " has a stamp too far ahead: " + entry);
          }
        }
      }
    }
    return complaints;
  }
}
