package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** How many greetings that prove nothing are judged. */
class GreetingRateTest {
  private static final InetAddress HERE = address(1);
  private static final InetAddress THERE = address(2);
  private static final long START = Long.MAX_VALUE; // nanoTime may overflow
  private static final long TURN = GreetingRate.TURN_NANOS;

  private final GreetingRate rate = new GreetingRate();

  @Test
  void shouldPermitTwentyAtOnceAndThenTwentyASecond() {
    exhaust(HERE, false);
    assertFalse(rate.permits(HERE, false, START));
    assertFalse(rate.permits(HERE, false, START + TURN - 1));
    assertTrue(rate.permits(HERE, false, START + TURN));
    rate.count(HERE, false, START + TURN);
    assertFalse(rate.permits(HERE, false, START + TURN));
  }

  @Test
  void shouldCountEachAddressForItself() {
    exhaust(HERE, false);
    assertTrue(rate.permits(THERE, false, START));
  }

  @Test
  void shouldPermitOneWhomWeHaveMetBesideAnyNumberWhomWeHaveNot() {
    exhaust(HERE, false);
    assertTrue(rate.permits(HERE, true, START));
  }

  @Test
  void shouldForgetTheAddressThatWasQuietForLongestIfThereAreMany() {
    exhaust(HERE, false);
    for (int i = 0; i < 2000; i++) {
      exhaust(address(100 + i), false);
    }
    assertTrue(rate.permits(HERE, false, START));
    assertFalse(rate.permits(address(2099), false, START));
  }

  private void exhaust(InetAddress address, boolean isMet) {
    for (int i = 0; i < GreetingRate.A_SECOND; i++) {
      assertTrue(rate.permits(address, isMet, START));
      rate.count(address, isMet, START);
    }
  }

  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
