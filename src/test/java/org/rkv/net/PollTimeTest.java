package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PollTimeTest {
  private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(5);
  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final PollTime poll = new PollTime();

  @Test
  void shouldSleepAtOnceUntilItKnowsBetter() {
    assertEquals(0, poll.nanos());
  }

  @Test
  void shouldLookLongerAfterEachShortSleepAndNotTooLong() {
    poll.slept(SHORT_NANOS);
    assertEquals(PollTime.MIN_NANOS, poll.nanos());
    poll.slept(SHORT_NANOS);
    assertEquals(2 * PollTime.MIN_NANOS, poll.nanos());
    for (int i = 0; i < 10; i++) {
      poll.slept(0);
    }
    assertEquals(PollTime.MAX_NANOS, poll.nanos());
  }

  @Test
  void shouldNeverLookWhereTheLoopIsToSleepAtOnce() {
    PollTime none = PollTime.none();
    none.slept(SHORT_NANOS);
    assertEquals(0, none.nanos());
  }

  @Test
  void shouldStopLookingAfterALongSleep() {
    poll.slept(SHORT_NANOS);
    poll.slept(LONG_NANOS);
    assertEquals(0, poll.nanos());
  }

  @Test
  void shouldGoOnLookingAfterTheLongestWaitThatLookingCouldHaveSaved() {
    poll.slept(PollTime.MAX_NANOS);
    assertTrue(poll.nanos() > 0);
    poll.slept(PollTime.MAX_NANOS + 1);
    assertEquals(0, poll.nanos());
  }
}
