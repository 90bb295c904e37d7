package org.rkv.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "10.0.0.1, 10.0.0.1",
    "10.0.0.1/32, 10.0.0.1",
    "0.0.0.0/0, 0.0.0.0/0",
    "2001:DB8:0:0::/64, 2001:db8::/64",
    "2001:db8::1, 2001:db8::1",
    "::/0, ::/0",
    "::1/128, ::1",
    "::10.0.0.1, ::a00:1",
    "::ffff:10.0.0.1, 10.0.0.1",
    "::ffff:10.0.0.0/104, 10.0.0.0/8",
    "::ffff:a00:0/104, 10.0.0.0/8",
    "::ffff:0:0/96, 0.0.0.0/0"
  })
  void shouldReadANetworkInWhicheverFormItIsWritten(String written, String form) {
    Prefix prefix = Prefix.parse(written);
    assertEquals(form, prefix.toString());
    assertEquals(prefix, Prefix.parse(form));
  }

  @ParameterizedTest
  @CsvSource({
    "010.0.0.1, is no address", // libc takes it for 8.0.0.1, Java for 10.0.0.1
    "10.0.0.01, is no address",
    "10.1, is no address",
    "167772161, is no address",
    "10.0.0.256, is no address",
    "10.0.0.1.2, is no address",
    "1:2, is no address",
    ":::, is no address",
    "::ffff:010.0.0.1, is no address",
    "::ffff:10.1, is no address",
    "[::1], is no address",
    "app1/24, is no address",
    "/24, is no address",
    "fe80::1%eth0, names an interface",
    "10.0.0.0/33, from 0 to 32",
    "10.0.0.0/, from 0 to 32",
    "10.0.0.0/-1, from 0 to 32",
    "10.0.0.0/08, from 0 to 32",
    "10.0.0.0/8/8, from 0 to 32",
    "10.0.0.0/255.0.0.0, from 0 to 32",
    "2001:db8::/129, from 0 to 128",
    "10.0.0.1/8, 10.0.0.0/8 has none",
    "2001:db8::1/64, 2001:db8::/64 has none",
    "::ffff:10.0.0.0/8, a part of IPv6 with all of IPv4 in it"
  })
  void shouldRefuseWhatTwoProgramsWouldReadAsTwoThings(String written, String why) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Prefix.parse(written)).getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void shouldTakeAMappedAddressForTheAddressOfIpv4() throws UnknownHostException {
    byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
    InetAddress mapped = Inet6Address.getByAddress("a", bytes, -1); // stays one of IPv6
    assertEquals(Prefix.parse("10.0.0.1"), Prefix.of(mapped));
  }
}
