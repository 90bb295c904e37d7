package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThisMachineTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.5", "127.77.1.2", "::1", "localhost"})
  void shouldKnowItsLoopback(String host) {
    assertTrue(ThisMachine.hasName(host));
  }

  @Test
  void shouldKnowTheAddressesOfItsInterfaces() throws Exception {
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : each.inetAddresses().toList()) {
        assertTrue(ThisMachine.hasName(address.getHostAddress()), address::toString);
      }
    }
  }

  /** The first is for documentation (RFC 5737), and nobody may have the last one (RFC 6761). */
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "fe80::1%nosuch", "0.0.0.0", "lost.invalid"})
  void shouldTakeWhatItDoesNotKnowForAnotherMachines(String host) {
    assertFalse(ThisMachine.hasName(host));
  }
}
