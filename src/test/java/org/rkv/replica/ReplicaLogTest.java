package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.net.LimitedLog;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ReplicaLogTest {
  private static final String NAME = ReplicaLogTest.class.getName();

  private final CountDownLatch read = new CountDownLatch(1);
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final ReplicaLog log = new ReplicaLog(new StuckOutput());
  private final Logger logger = Logger.getLogger(NAME);
  private final org.slf4j.Logger replica = LoggerFactory.getLogger(NAME);

  @BeforeEach
  void catchLines() {
    logger.setUseParentHandlers(false);
    logger.addHandler(log);
  }

  @AfterEach
  void stop() {
    read.countDown();
    logger.removeHandler(log);
    logger.setUseParentHandlers(true);
  }

  /** 60,000 lines would fill any pipe: the one who logs must not wait for its reader. */
  @Test
  void shouldNeverWaitForItsReader() throws Exception {
    for (int i = 0; i < 60_000; i++) {
      replica.info("{}", i);
    }
    read.countDown();
    awaitWritten();
    assertTrue(written.toString().contains("INFO: 0\n"), "the first one is there");
  }

  @Test
  void shouldWriteOurWarningsThoughStrangersFilledTheirQueue() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      new LimitedLog(replica).warn("a stranger");
    }
    replica.error("an error of ours");
    read.countDown();
    awaitWritten();
    assertTrue(written.toString().contains("SEVERE: an error of ours\n"));
    assertTrue(written.toString().split("a stranger").length < 10_000, "not all of strangers");
  }

  @Test
  void shouldWriteWhenSomethingHappenedAndNotWhenItIsWritten() throws Exception {
    replica.info("first");
    awaitANewMillisecond();
    replica.info("second");
    read.countDown();
    awaitWritten();
    String[] lines = written.toString().split("\n");
    assertEquals(2, lines.length);
    assertTrue(lines[0].compareTo(lines[1]) < 0, written::toString);
    for (String line : lines) {
      assertTrue(
          line.matches(
              "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4} " + NAME + " INFO: .*"),
          line);
    }
  }

  @Test
  void shouldWriteAStackTraceBelowItsLine() throws Exception {
    replica.error("a task failed", new IllegalStateException("no luck"));
    read.countDown();
    awaitWritten();
    String[] lines = written.toString().split("\n");
    assertTrue(lines[0].endsWith(" SEVERE: a task failed"), written::toString);
    assertEquals("java.lang.IllegalStateException: no luck", lines[1]);
  }

  private static void awaitANewMillisecond() {
    long before = System.currentTimeMillis();
    while (System.currentTimeMillis() == before) {
      Thread.onSpinWait();
    }
  }

  private void awaitWritten() throws InterruptedException {
    log.awaitWritten(System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
  }

  /** Takes nothing before it is read, as a full pipe does. */
  private final class StuckOutput extends OutputStream {
    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        read.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.write(bytes, offset, length);
    }
  }
}
