package org.rkv.replica.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rkv.net.LimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which lines of the log the page shows. */
class LatestEventsTest {
  private static final String NAME = "latest-events-test";

  private final LatestEvents events = new LatestEvents(NAME);
  private final Logger log = LoggerFactory.getLogger(NAME);

  @AfterEach
  void close() {
    events.close();
  }

  private List<String> texts() {
    return events.events().stream().map(each -> each.level() + " " + each.text()).toList();
  }

  @Test
  void shouldKeepTheLastTwenty() {
    IntStream.rangeClosed(1, 25).forEach(i -> log.info("line {}", i));

    assertEquals(20, texts().size());
    assertEquals("INFO line 6", texts().get(0));
    assertEquals("INFO line 25", texts().get(19));
  }

  @Test
  void shouldNotKeepWhatStrangersCause() {
    new LimitedLog(log).warn("a call that is none");
    log.warn("a peer is away");

    assertEquals(List.of("WARNING a peer is away"), texts());
  }

  @Test
  void shouldKeepOnceWhatIsSaidAgainAndAgain() {
    log.info("waiting");
    log.info("waiting");
    log.info("serving");

    assertEquals(List.of("INFO waiting", "INFO serving"), texts());
  }

  @Test
  void shouldCutWhatIsLong() {
    log.info("{}", "x".repeat(5000));

    assertEquals("INFO ".length() + 503, texts().get(0).length());
  }
}
