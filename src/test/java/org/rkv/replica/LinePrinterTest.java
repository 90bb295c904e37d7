package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rkv.testing.Eventually;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LinePrinterTest {
  private static final int TOO_MANY = 40_000;

  private final LogCapture lines = new LogCapture(LinePrinterTest.class.getName());
  private final Logger log = LoggerFactory.getLogger(LinePrinterTest.class);
  private final CountDownLatch read = new CountDownLatch(1);

  @AfterEach
  void stop() {
    read.countDown();
    lines.close();
  }

  @Test
  void shouldWriteLinesAsBytes() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LinePrinter printer = new LinePrinter(out, log);

    printer.accept("one");
    printer.accept("tw\u00f6");

    Eventually.until(
        "both lines are there",
        () -> out.toString(StandardCharsets.ISO_8859_1).equals("one\ntw\u00f6\n"),
        () -> out);
  }

  @Test
  void shouldNotWaitForAReaderThatDoesNotReadAndSayWhatItLeftOut() throws Exception {
    CountingOutput out = new CountingOutput();
    LinePrinter printer = new LinePrinter(out, log);

    for (int i = 0; i < TOO_MANY; i++) {
      printer.accept("line"); // would not return if it waited
    }
    read.countDown();

    Eventually.until(
        "every line is written or counted",
        () -> out.lines.get() + leftOut() == TOO_MANY,
        () -> out.lines + " written, " + lines);
    assertTrue(leftOut() > 0, lines::toString);
  }

  /** What the warnings add up to. */
  private int leftOut() {
    return lines.all().stream()
        .filter(line -> line.startsWith("WARNING: ") && line.contains("left out"))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
        .sum();
  }

  @Test
  void shouldSayThatTheLogCannotBeWritten() throws Exception {
    LinePrinter printer =
        new LinePrinter(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            },
            log);

    printer.accept("line");

    Eventually.until(
        "it says so",
        () -> lines.contain("SEVERE: the operation log cannot be written: Broken pipe"),
        lines::toString);
  }

  /** Takes nothing before it is read. */
  private final class CountingOutput extends OutputStream {
    private final AtomicInteger lines = new AtomicInteger();

    @Override
    public void write(int b) throws IOException {
      try {
        read.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (b == '\n') {
        lines.incrementAndGet();
      }
    }
  }
}
