package org.rkv.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The /24 (IPv4) or /64 (IPv6) that an address is in: about as many as one party can have for
 * nothing, or can claim to have. Immutable, thread-safe.
 *
 * @param prefix the first 64 bits of IPv6; the first 24 of IPv4 after a byte that no caller's IPv6
 *     address begins with
 */
public record AddressBlock(long prefix) {
  private static final long IPV4 = 0xff00_0000_0000_0000L;

  /** The block of this address. */
  public static AddressBlock of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return new AddressBlock(
        bytes.capacity() == 4 ? IPV4 | (bytes.getInt() & 0xffff_ff00L) : bytes.getLong());
  }
}
