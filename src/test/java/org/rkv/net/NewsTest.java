package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class NewsTest {
  private static final int SECOND_MILLIS = 1000;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final LogLines log = new LogLines();
  private final News news = new News(timers, log);

  @Test
  void shouldWriteWhatIsRareAtOnce() {
    news.warn("{} is away");
    news.info("{} is back");
    timers.pass(100 * SECOND_MILLIS);
    news.warn("{} is away");

    assertEquals(List.of("{} is away", "{} is away"), log.texts(Level.WARN));
    assertEquals(List.of("{} is back"), log.texts(Level.INFO));
  }

  @Test
  void shouldWriteFewLinesInTheLongRunHoweverOftenThingsChange() {
    int intervals = 100;
    int seconds = intervals * News.INTERVAL_SECONDS;
    for (int i = 0; i < seconds * 100; i++) {
      news.warn("away");
      news.info("back");
      timers.pass(SECOND_MILLIS / 100);
    }
    int lines = log.lines().size();
    assertTrue(lines <= News.AT_ONCE + intervals, lines + " lines");
  }

  @Test
  void shouldEndWithHowItIsAndSayHowManyChangesWereLeftOut() {
    changeOften();
    news.warn("away at last");
    assertEquals(News.AT_ONCE, log.lines().size());
    timers.pass(2 * News.INTERVAL_SECONDS * SECOND_MILLIS);

    assertEquals(News.AT_ONCE + 1, log.lines().size());
    assertEquals("away at last (2 changes were left out)", lastLine());
  }

  @Test
  void shouldWriteNothingMoreIfAllIsAsItWasSaid() {
    changeOften();
    assertEquals("back", lastLine());
    timers.pass(100 * SECOND_MILLIS);

    assertEquals(News.AT_ONCE, log.lines().size());
  }

  /** Ends with two changes that are too many. */
  private void changeOften() {
    for (int i = 0; i <= News.AT_ONCE / 2; i++) {
      news.warn("away");
      news.info("back");
    }
  }

  private String lastLine() {
    return log.lines().get(log.lines().size() - 1).text();
  }
}
