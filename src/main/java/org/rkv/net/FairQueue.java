package org.rkv.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Calls that wait, taken in turn from each party that sends some (fair queueing; Nagle, RFC 970),
 * and those of one party in the order in which they came: however many connections somebody has,
 * another one waits for one call of his, and not for all. Not thread-safe.
 */
final class FairQueue {
  private record Waiting(Object party, long sinceNanos) {}

  /** The one that came first is first. */
  private final Map<BackPressure.WaitingCall, Waiting> all = new LinkedHashMap<>();

  /** The calls of each. The party whose turn it is is first. */
  private final Map<Object, Set<BackPressure.WaitingCall>> parties = new LinkedHashMap<>();

  /** All who can call from this address for nothing: of IPv6, a whole /64. */
  static Object party(InetAddress address) {
    return address instanceof Inet6Address ? AddressBlock.of(address) : address;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** One more of this party waits since then. */
  void add(Object party, BackPressure.WaitingCall call, long nanos) {
    all.put(call, new Waiting(party, nanos));
    parties.computeIfAbsent(party, any -> new LinkedHashSet<>()).add(call);
  }

  /** This one waits no more, if it did. */
  void remove(BackPressure.WaitingCall call) {
    Waiting waiting = all.remove(call);
    if (waiting != null) {
      Set<BackPressure.WaitingCall> calls = parties.get(waiting.party);
      calls.remove(call);
      if (calls.isEmpty()) {
        parties.remove(waiting.party);
      }
    }
  }

  /** Takes the one whose turn it is, of which there must be one. */
  BackPressure.WaitingCall takeInTurn() {
    Map.Entry<Object, Set<BackPressure.WaitingCall>> turn = parties.entrySet().iterator().next();
    Object party = turn.getKey();
    Set<BackPressure.WaitingCall> calls = turn.getValue();
    parties.remove(party);
    Iterator<BackPressure.WaitingCall> oldestFirst = calls.iterator();
    BackPressure.WaitingCall oldest = oldestFirst.next();
    oldestFirst.remove();
    if (!calls.isEmpty()) {
      parties.put(party, calls); // behind all others
    }
    all.remove(oldest);
    return oldest;
  }

  /** Takes the one that has waited longest, of which there must be one, whosever turn it is. */
  BackPressure.WaitingCall takeOldest() {
    BackPressure.WaitingCall oldest = all.keySet().iterator().next();
    remove(oldest);
    return oldest;
  }

  /** Since when the one waits that has waited longest, of which there must be one. */
  long oldestNanos() {
    return all.values().iterator().next().sinceNanos;
  }
}
