package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rkv.testing.Eventually;
import org.slf4j.event.Level;

class LimitedLogTest {
  private static final Pattern COUNTED =
      Pattern.compile("line \\d+ \\(and (\\d+) more like this\\)");

  private final LogLines log = new LogLines();
  private final LimitedLog limited = new LimitedLog(log);

  @Test
  void shouldWriteTheFirstLineAtOnce() {
    limited.warn("line {} 100%");
    assertEquals(List.of("line {} 100%"), log.texts(Level.WARN));
  }

  @Test
  void shouldWriteALineASecondAtMostAndCountTheRest() {
    long start = System.nanoTime();
    AtomicInteger warned = new AtomicInteger();
    while (warned.get() < 1000) {
      limited.warn("line " + warned.getAndIncrement());
    }
    Eventually.until(
        "a second line",
        () -> {
          limited.warn("line " + warned.getAndIncrement());
          return log.lines().size() > 1;
        },
        log::lines);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    List<String> lines = log.texts(Level.WARN);
    assertTrue(lines.size() <= 1 + seconds, lines.size() + " lines in " + seconds + " s");

    int accountedFor = 0;
    for (String line : lines) {
      Matcher counted = COUNTED.matcher(line);
      accountedFor += 1 + (counted.matches() ? Integer.parseInt(counted.group(1)) : 0);
    }
    assertEquals(warned.get(), accountedFor);
  }
}
