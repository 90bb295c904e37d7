package org.rkv.replica.peer;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Allowance;

/**
 * How many greetings that prove nothing are judged in a second, for each address: over that none of
 * that address is judged for a moment, so that strangers cannot have proofs computed as fast as
 * they like. Those that name an incarnation which our own link has met are counted apart: who only
 * knows the name of a replica does not get into its way. Belongs to the replica's thread.
 */
final class GreetingRate {
  /** So many in a second, and as many at once. */
  static final int A_SECOND = 20;

  static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1) / A_SECOND;

  /** The address that has been quiet for longest is forgotten first. */
  private static final int MAX_REMEMBERED = 1024;

  private final Map<Who, Allowance> allowances = new LinkedHashMap<>();

  private record Who(InetAddress address, boolean isMet) {}

  /** Whether one more may be judged. */
  boolean permits(InetAddress address, boolean isMet, long nowNanos) {
    Allowance allowance = allowances.get(new Who(address, isMet));
    return allowance == null || allowance.permits(nowNanos);
  }

  /** One was judged, and has proved nothing. */
  void count(InetAddress address, boolean isMet, long nowNanos) {
    Who who = new Who(address, isMet);
    Allowance known = allowances.remove(who);
    Allowance allowance = known == null ? new Allowance(A_SECOND, TURN_NANOS, nowNanos) : known;
    allowance.take(nowNanos);
    allowances.put(who, allowance);
    if (allowances.size() > MAX_REMEMBERED) {
      allowances.remove(allowances.keySet().iterator().next());
    }
  }
}
