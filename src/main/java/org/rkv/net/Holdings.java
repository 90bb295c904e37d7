package org.rkv.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has to go when memory is short: the address that holds most loses the connection that grew
 * least, of those that hold their share of what it holds. So many that bring half a record each, or
 * leave their answers, cost one another, and neither somebody who is slow nor one with next to
 * nothing. As of the moment at which it is made.
 */
final class Holdings<M extends Holdings.Holder> {
  private final List<Holding<M>> all;

  /** One that holds memory. */
  interface Holder {
    /** Where the other end is. */
    InetAddress address();

    /** Memory held for the other end, in bytes, as its lane was told last. */
    int reportedBytes();

    /** How many bytes have come from the other end in the last ten seconds or so. */
    long grownBytes();
  }

  /** What one address holds. */
  private static final class Holding<M extends Holder> {
    private final List<M> members = new ArrayList<>();
    private long bytes;

    void add(M member) {
      members.add(member);
      bytes += member.reportedBytes();
    }

    M takeLeastGrown() {
      long share = bytes / members.size();
      M least =
          members.stream()
              .filter(member -> member.reportedBytes() >= share)
              .min(Comparator.comparingLong(Holder::grownBytes))
              .orElseThrow();
      members.remove(least);
      bytes -= least.reportedBytes();
      return least;
    }
  }

  private Holdings(Collection<Holding<M>> all) {
    this.all = new ArrayList<>(all);
  }

  /** Of those that hold anything. */
  static <M extends Holder> Holdings<M> of(Collection<M> members) {
    Map<InetAddress, Holding<M>> byAddress = new HashMap<>();
    for (M member : members) {
      if (member.reportedBytes() > 0) {
        byAddress.computeIfAbsent(member.address(), any -> new Holding<>()).add(member);
      }
    }
    return new Holdings<>(byAddress.values());
  }

  /** The next one to be closed, each once; null if nobody holds anything. */
  M next() {
    Holding<M> most = all.stream().max(Comparator.comparingLong(each -> each.bytes)).orElse(null);
    if (most == null || most.members.isEmpty()) {
      return null;
    }
    return most.takeLeastGrown();
  }
}
