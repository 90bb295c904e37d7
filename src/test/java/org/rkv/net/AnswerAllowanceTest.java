package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerAllowanceTest {
  private static final int ANSWER_BYTES = 1024;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AnswerAllowance allowance = new AnswerAllowance();
  private long now = Long.MAX_VALUE - SECOND; // nanoTime may overflow

  @Test
  void shouldAllowSoMuchAtOnceAndSoMuchASecond() throws Exception {
    assertEquals(32, answersTo("192.0.2.1"));
    int answers = 0;
    for (int i = 0; i < 1000; i++) {
      now += SECOND / 1000;
      answers += answersTo("192.0.2.1");
    }
    assertTrue(answers >= 62 && answers <= 64, answers + " KiB in a second");
    now += 100 * SECOND;
    assertEquals(32, answersTo("192.0.2.1"), "what was not used does not add up");
  }

  @Test
  void shouldCountAllAddressesOfANetworkTogetherAndOthersNot() throws Exception {
    assertEquals(32, answersTo("192.0.2.1"));
    assertEquals(0, answersTo("192.0.2.255"));
    assertEquals(32, answersTo("192.0.3.1"));
    assertEquals(32, answersTo("2001:db8::1"));
    assertEquals(0, answersTo("2001:db8::ffff:1"));
    assertEquals(32, answersTo("2001:db8:0:1::1"));
  }

  /** Whoever forges senders has all networks. */
  @Test
  void shouldRememberABoundedNumberOfNetworks() throws Exception {
    for (int i = 0; i < AnswerAllowance.MAX_BLOCKS; i++) {
      assertTrue(allowance.take(network(i), ANSWER_BYTES, now));
    }
    assertFalse(allowance.take(network(AnswerAllowance.MAX_BLOCKS), ANSWER_BYTES, now));
    now += SECOND;
    assertTrue(allowance.take(network(AnswerAllowance.MAX_BLOCKS), ANSWER_BYTES, now));
    assertEquals(1, allowance.size(), "the others have all of theirs again");
  }

  private static InetAddress network(int i) throws UnknownHostException {
    return InetAddress.getByName("10." + (i >> 8) + "." + (i & 0xff) + ".1");
  }

  private int answersTo(String address) throws UnknownHostException {
    int answers = 0;
    while (allowance.take(InetAddress.getByName(address), ANSWER_BYTES, now)) {
      answers++;
    }
    return answers;
  }
}
