package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressLiteralTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.01, 127.0.0.1",
    "127.0.0.1., 127.0.0.1",
    "127.000.0.1, 127.0.0.1",
    "127.0.0.010, 127.0.0.10",
    "127.1, 127.0.0.1",
    "1.2.3, 1.2.0.3",
    "2130706433, 127.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "::1, ::1",
    "0:0:0:0:0:0:0:1, ::1",
    "::, ::",
    "FD00:0:0:1::2, fd00:0:0:1::2",
    "fd00:0:0:1:0:0:0:2, fd00:0:0:1::2",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0db8::0001, 2001:db8::1",
    "1::, 1::",
    "::ffff:10.0.0.1, 10.0.0.1",
    "::1%0, ::1"
  })
  void shouldReadAnAddressAndWriteItInItsOneForm(String host, String text) {
    assertEquals(Optional.of(text), AddressLiteral.parse(host).map(AddressLiteral::text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alpha", "localhost", "a.b", "1.2.3.4.5", "256.0.0.1", "1.2.65536", "4294967296", "1..2",
        "1.2.3.4..", ".", "", "10.0.0.1a", "0x7f.1", "1:2:3", "::g", "fe80::1%nope"
      })
  void shouldTakeNothingElseForAnAddress(String host) {
    assertEquals(Optional.empty(), AddressLiteral.parse(host));
  }

  /** Where a call goes is what decides. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.01", "127.0.0.010", "127.1", "1.2.3", "2130706433", "0.0.0.0"})
  void shouldReadAnAddressAsTheSystemDoes(String host) throws Exception {
    assertEquals(Optional.of(InetAddress.getByName(host)), AddressLiteral.parse(host));
  }

  @Test
  void shouldReadAnyAddressThatItWrote() throws Exception {
    byte[] bytes = new byte[16];
    for (int zeros = 0; zeros < 256; zeros++) {
      for (int group = 0; group < 8; group++) {
        bytes[2 * group + 1] = (byte) (zeros >> group & 1);
        bytes[2 * group] = (byte) (group == 0 ? 0x20 : 0);
      }
      InetAddress address = InetAddress.getByAddress(bytes);
      assertEquals(Optional.of(address), AddressLiteral.parse(AddressLiteral.text(address)));
    }
  }
}
