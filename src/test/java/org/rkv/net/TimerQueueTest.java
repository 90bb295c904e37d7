package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is due, and when the next is. The time is near where it overflows. */
class TimerQueueTest {
  private static final long START_NANOS = Long.MAX_VALUE - 10;
  private static final long MILLI_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final TimerQueue queue = new TimerQueue();
  private final List<String> ran = new ArrayList<>();

  @Test
  void shouldRunWhatIsDueByTimeAndThenInTheOrderItWasScheduled() {
    schedule("late", 2);
    schedule("early", 1);
    schedule("as early", 1);
    schedule("not yet", 3);
    queue.runDue(START_NANOS + 2 * MILLI_NANOS, Runnable::run);
    assertEquals(List.of("early", "as early", "late"), ran);
  }

  @Test
  void shouldRunATaskOnce() {
    schedule("once", 0);
    queue.runDue(START_NANOS, Runnable::run);
    queue.runDue(START_NANOS, Runnable::run);
    assertEquals(List.of("once"), ran);
  }

  @Test
  void shouldNotRunWhatIsCancelledEvenByATaskThatIsDueWithIt() {
    List<Timers.Timer> second = new ArrayList<>();
    queue.schedule(START_NANOS, () -> second.get(0).cancel());
    second.add(schedule("cancelled", 0));
    queue.runDue(START_NANOS, Runnable::run);
    assertEquals(List.of(), ran);
    assertEquals(-1, queue.millisToNext(START_NANOS));
  }

  @Test
  void shouldLeaveWhatATaskSchedulesForLaterUntilThen() {
    queue.schedule(START_NANOS, () -> schedule("next", 1));
    queue.runDue(START_NANOS, Runnable::run);
    assertEquals(List.of(), ran);
    queue.runDue(START_NANOS + MILLI_NANOS, Runnable::run);
    assertEquals(List.of("next"), ran);
  }

  @Test
  void shouldRoundTheWaitForTheNextUp() {
    assertEquals(-1, queue.millisToNext(START_NANOS));
    schedule("first", 5);
    assertEquals(6, queue.millisToNext(START_NANOS));
    assertEquals(5, queue.millisToNext(START_NANOS + 1));
    assertEquals(1, queue.millisToNext(START_NANOS + 5 * MILLI_NANOS - 1));
    assertEquals(0, queue.millisToNext(START_NANOS + 5 * MILLI_NANOS));
  }

  private Timers.Timer schedule(String name, long afterMillis) {
    return queue.schedule(START_NANOS + afterMillis * MILLI_NANOS, () -> ran.add(name));
  }
}
