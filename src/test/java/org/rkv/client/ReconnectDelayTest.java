package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReconnectDelayTest {
  private final ReconnectDelay delay = new ReconnectDelay(new Random(1));

  @Test
  void shouldNotWaitForTheFirstConnection() {
    assertEquals(0, delay.leftMillis(0));
  }

  @Test
  void shouldWaitForUpToHalfASecondAfterAnAnswerEachTimeForAnother() {
    TreeSet<Long> waits = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      delay.answered();
      waits.add(next());
    }

    assertTrue(waits.first() < 20 && waits.last() > 480 && waits.last() <= 500, waits::toString);
    assertTrue(waits.size() > 300, waits::toString);
  }

  @Test
  void shouldWaitForTwiceAsLongAtMostWhileNothingIsAnswered() {
    long[] longest = new long[5];
    for (int i = 0; i < 1000; i++) {
      delay.answered();
      for (int lost = 0; lost < longest.length; lost++) {
        long wait = next();
        longest[lost] = Math.max(longest[lost], wait);
        assertTrue(lost == 0 || wait >= 50, wait + " ms");
      }
    }

    assertTrue(longest[1] > 900 && longest[1] <= 1000, longest[1] + " ms");
    assertTrue(longest[2] > 1900 && longest[2] <= 2000, longest[2] + " ms");
    assertTrue(longest[4] > 1900 && longest[4] <= 2000, longest[4] + " ms");
  }

  @Test
  void shouldCountTheTimeSinceTheConnectionWasLost() {
    delay.begin(0);
    long wait = delay.leftMillis(0);

    assertEquals(wait - 1, delay.leftMillis(TimeUnit.MILLISECONDS.toNanos(1)));
    assertEquals(0, delay.leftMillis(TimeUnit.MILLISECONDS.toNanos(501)));
  }

  private long next() {
    delay.begin(0);
    return delay.leftMillis(0);
  }
}
