package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    LinePrinter printer = printer(out);

    print(printer, "one");
    print(printer, "tw\u00f6");

    Eventually.until(
        "both lines are there",
        () -> out.toString(StandardCharsets.ISO_8859_1).equals("one\ntw\u00f6\n"),
        () -> out);
  }

  @Test
  void shouldNotWaitForAReaderThatDoesNotReadAndSayWhatItLeftOut() throws Exception {
    CountingOutput out = new CountingOutput();
    LinePrinter printer = printer(out);

    for (int i = 0; i < TOO_MANY; i++) {
      print(printer, "line"); // would not return if it waited
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
        printer(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });

    print(printer, "line");

    Eventually.until(
        "it says so",
        () -> lines.contain("SEVERE: the operation log cannot be written: Broken pipe"),
        lines::toString);
  }

  /** As on a disk that is full for a while. */
  @Test
  void shouldGoOnWhenTheLogCanBeWrittenAgainAndSayWhatItLeftOut() throws Exception {
    FullOutput out = new FullOutput();
    LinePrinter printer = printer(out);

    print(printer, "lost");
    Eventually.until("it is tried", () -> lines.contain("cannot be written"), lines::toString);
    out.isFull = false;
    print(printer, "kept");

    Eventually.until(
        "it says so",
        () ->
            lines.contain(
                "WARNING: 1 lines of the operation log were left out: No space left on device"),
        lines::toString);
    assertEquals("\nkept\n", out.toString(), "on a line of its own");
    assertEquals(1, lines.count("cannot be written"));
  }

  private LinePrinter printer(OutputStream out) {
    return new LinePrinter(
        "the operation log", out, StandardCharsets.ISO_8859_1, 2 * 1024 * 1024, log);
  }

  private static void print(LinePrinter printer, String line) {
    printer.print(line + "\n", LineQueue.Kind.USUAL);
  }

  /** Takes nothing while it is full. */
  private static final class FullOutput extends ByteArrayOutputStream {
    private volatile boolean isFull = true;

    @Override
    public void write(byte[] bytes) throws IOException {
      if (isFull) {
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
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
