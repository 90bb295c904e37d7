package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UniversalAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 20456, 127.0.0.1.79.232",
    "0.0.0.0, 111, 0.0.0.0.0.111",
    "::1, 20456, ::1.79.232",
    "::, 65535, ::.255.255",
    "2001:db8::a:0:1, 1, 2001:db8::a:0:1.0.1"
  })
  void shouldBeWrittenAndReadAsRpcbindDoes(String host, int port, String text) throws Exception {
    InetAddress address = InetAddress.getByName(host);

    assertEquals(text, UniversalAddress.text(address, port));
    assertEquals(Optional.of(new InetSocketAddress(address, port)), UniversalAddress.parse(text));
  }

  @Test
  void shouldLeaveOutAZone() throws Exception {
    InetAddress linkLocal = InetAddress.getByName("fe80::1%1");

    assertEquals("fe80::1.79.232", UniversalAddress.text(linkLocal, 20456));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2",
        ".1.2",
        "127.0.0.1",
        "127.0.0.1.256.0",
        "127.0.0.1.1.256",
        "127.0.0.1.-1.0",
        "127.0.0.1.1.0 ",
        "example.org.1.0",
        "/run/rpcbind.sock",
        "::1::.1.0",
        "999.0.0.1.1.0",
        "127.0.0.1.99999999999.1"
      })
  void shouldBeNothingThatIsNoAddressOfIp(String text) {
    assertEquals(Optional.empty(), UniversalAddress.parse(text));
  }

  @Test
  void shouldNotMindHowLongATextIs() {
    assertEquals(Optional.empty(), UniversalAddress.parse(":".repeat(1_000_000) + ".1.0"));
  }
}
