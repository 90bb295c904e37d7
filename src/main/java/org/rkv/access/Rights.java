package org.rkv.access;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The rights of a list, with the addresses that its names have now. The longest prefix decides, as
 * in a routing table, so that the order of the lines says nothing; where a name and another line
 * say the same address, the lesser right holds. Immutable, thread-safe.
 */
final class Rights {
  private final Map<Prefix, Right> byPrefix;

  /** The lengths of the prefixes, the longest first. */
  private final int[] lengths;

  /**
   * Of this list.
   *
   * @param addressesOf what a name was last resolved to, or an empty list
   */
  Rights(ClientList list, Function<String, List<InetAddress>> addressesOf) {
    byPrefix = new HashMap<>(list.networks());
    list.names()
        .forEach(
            (name, right) ->
                addressesOf
                    .apply(name)
                    .forEach(address -> byPrefix.merge(Prefix.of(address), right, Right::lesser)));
    lengths =
        byPrefix.keySet().stream().mapToInt(each -> -each.bits()).distinct().sorted().toArray();
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = -lengths[i];
    }
  }

  /** What who calls from this address may do. */
  Right of(InetAddress address) {
    Prefix whole = Prefix.of(address);
    for (int bits : lengths) {
      if (bits < Prefix.BITS_BEFORE_IPV4 && whole.isIpv4()) {
        return Right.NONE; // what is of IPv6 holds nothing of IPv4
      }
      Right right = byPrefix.get(whole.first(bits));
      if (right != null) {
        return right;
      }
    }
    return Right.NONE;
  }
}
