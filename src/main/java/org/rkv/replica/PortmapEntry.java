package org.rkv.replica;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rkv.net.AddressLiteral;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Registration;
import org.rkv.portmap.UniversalAddress;

/**
 * The place that this replica wants at a portmapper for one transport. In IPv4 it is one of all
 * addresses, as version 2 has it: replicas at several loopback addresses with one port share it. In
 * IPv6 it is our own address: rpcbind would else guess which of the host's a client means.
 * Immutable.
 *
 * @param host at which clients ask
 */
record PortmapEntry(Registration registration, InetAddress host) {
  private static final InetAddress LOOPBACK_IPV6 = AddressLiteral.parse("::1").orElseThrow();

  /**
   * The places of a replica, by family, the more important one first.
   *
   * @param address of the replica; null for all of this machine's, which are of both families
   * @param mappings its ports
   */
  static List<List<PortmapEntry>> families(InetAddress address, List<Mapping> mappings) {
    List<List<PortmapEntry>> families = new ArrayList<>();
    if (!(address instanceof Inet6Address)) {
      InetAddress host = address == null ? InetAddress.getLoopbackAddress() : address;
      families.add(entries(UniversalAddress.ALL_IPV4, host, mappings));
    }
    if (address == null) {
      families.add(entries(UniversalAddress.ALL_IPV6, LOOPBACK_IPV6, mappings));
    } else if (address instanceof Inet6Address) {
      families.add(entries(address, address, mappings));
    }
    return families;
  }

  private static List<PortmapEntry> entries(
      InetAddress place, InetAddress host, List<Mapping> mappings) {
    return mappings.stream().map(mapping -> new PortmapEntry(mapping.at(place, ""), host)).toList();
  }

  /** What is listed at our place, ours or not. */
  Optional<Registration> occupant(List<Registration> listed) {
    return listed.stream()
        .filter(
            each ->
                each.program() == registration.program()
                    && each.version() == registration.version()
                    && each.netId().equals(registration.netId()))
        .findFirst();
  }

  /** Whether what is listed leads clients to us, whoever has registered it. */
  boolean isIn(List<Registration> listed) {
    return occupant(listed)
        .flatMap(each -> UniversalAddress.parse(each.address()))
        .filter(
            place ->
                place.getPort() == port()
                    && (place.getAddress().isAnyLocalAddress() || place.getAddress().equals(host)))
        .isPresent();
  }

  /** Where a client that asks at our address is led by what somebody has registered. */
  Optional<InetSocketAddress> target(Registration occupant) {
    return UniversalAddress.parse(occupant.address())
        .map(
            place ->
                place.getAddress().isAnyLocalAddress()
                    ? new InetSocketAddress(host, place.getPort())
                    : place);
  }

  /** Whether what is registered for us may lead clients to this other replica as well. */
  boolean isSharedWith(InetSocketAddress other) {
    InetAddress place = UniversalAddress.parse(registration.address()).orElseThrow().getAddress();
    return place.getClass() == other.getAddress().getClass()
        && (place.isAnyLocalAddress() || place.equals(other.getAddress()));
  }

  private int port() {
    return UniversalAddress.parse(registration.address()).orElseThrow().getPort();
  }
}
