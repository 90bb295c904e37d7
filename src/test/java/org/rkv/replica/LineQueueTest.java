package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rkv.replica.LineQueue.Kind;

class LineQueueTest {
  private static final int MANY = 10_000;

  private final LineQueue queue = new LineQueue(64 * 1024);

  @Test
  void shouldGiveLinesInTheOrderInWhichTheyCame() throws Exception {
    queue.put("1", Kind.USUAL);
    queue.put("2", Kind.OF_STRANGERS);
    queue.put("3", Kind.URGENT);
    queue.put("4", Kind.USUAL);
    assertEquals("1234", queue.take().text());
  }

  @Test
  void shouldKeepNoMoreThanItsBoundAndCountTheRest() throws Exception {
    putMany(Kind.USUAL);
    int taken = takeAll().length();
    assertTrue(taken < 1000, taken + " lines of one byte in 64 KiB");
    assertEquals(MANY - taken, queue.takeLeftOut());
    assertEquals(0, queue.takeLeftOut());
  }

  @Test
  void shouldNotLetWhatStrangersCausePushOutALineOfOurs() throws Exception {
    putMany(Kind.OF_STRANGERS);
    queue.put("usual ", Kind.USUAL);
    queue.put("urgent", Kind.URGENT);
    assertTrue(takeAll().endsWith("usual urgent"));
  }

  @Test
  void shouldKeepPlacesForWhatIsUrgent() throws Exception {
    putMany(Kind.USUAL);
    queue.put("urgent", Kind.URGENT);
    assertTrue(takeAll().endsWith("urgent"));
  }

  @Test
  void shouldTakeALineThatIsLongerThanItsBoundAlone() throws Exception {
    String line = "x".repeat(100_000);
    queue.put(line, Kind.USUAL);
    queue.put(line, Kind.USUAL);
    assertEquals(line, takeAll());
    assertEquals(1, queue.takeLeftOut());
  }

  @Test
  void shouldTellWhatIsMissingOnlyWhereItIsMissing() throws Exception {
    putMany(Kind.USUAL);
    assertEquals(0, queue.takeLeftOut(), "the lines before are still to be written");
    takeAll();
    assertTrue(queue.takeLeftOut() > 0);
  }

  @Test
  void shouldCountWhatCouldNotBeWritten() throws Exception {
    queue.put("1", Kind.USUAL);
    queue.put("2", Kind.USUAL);
    queue.lost(queue.take());
    assertEquals(2, queue.takeLeftOut());
  }

  @Test
  void shouldWaitForWhatIsBeingWrittenAsLongAsItIsTold() throws Exception {
    assertTrue(queue.awaitWritten(System.nanoTime()));
    queue.put("1", Kind.USUAL);
    queue.take();
    assertFalse(queue.awaitWritten(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20)));
    queue.written();
    assertTrue(queue.awaitWritten(System.nanoTime()));
  }

  private void putMany(Kind kind) {
    for (int i = 0; i < MANY; i++) {
      queue.put("x", kind);
    }
  }

  private String takeAll() throws InterruptedException {
    StringBuilder text = new StringBuilder();
    while (!queue.awaitWritten(System.nanoTime())) {
      text.append(queue.take().text());
      queue.written();
    }
    return text.toString();
  }
}
