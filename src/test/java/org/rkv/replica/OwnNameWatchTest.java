package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.net.AddressLiteral;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.LogLines;
import org.rkv.net.NameLookups;
import org.slf4j.event.Level;

/**
 * The name service said at the start that alpha is 127.0.1.1; it is 10.0.0.1, and both are ours.
 */
class OwnNameWatchTest {
  private static final InetAddress BOUND = address("127.0.1.1");
  private static final List<InetAddress> OURS = List.of(BOUND, address("10.0.0.1"));
  private static final long MINUTE_MILLIS = 60_000;
  private static final String WARNING =
      "we listen at 127.0.1.1 only, and for a minute our own name alpha has led to 10.0.0.1:"
          + " restart this replica";

  private final HandMovedTimers timers = new HandMovedTimers();
  private final LogLines log = new LogLines();
  private final List<String> moves = new ArrayList<>();
  private List<InetAddress> answer = List.of(BOUND);
  private boolean isOfNoUse;
  private boolean isTaken;

  @BeforeEach
  void begin() {
    new OwnNameWatch(
            () -> "alpha",
            BOUND,
            OURS::contains,
            () -> isOfNoUse,
            this::move,
            this::lookUp,
            timers,
            log)
        .begin();
  }

  private boolean move(InetAddress address) {
    if (isTaken) {
      return false;
    }
    moves.add(address.getHostAddress());
    return true;
  }

  private void lookUp(String name, NameLookups.Listener listener) {
    List<InetAddress> addresses = answer;
    timers.schedule(
        0,
        () -> {
          if (addresses.isEmpty()) {
            listener.notFound("unknown host");
          } else {
            listener.found(addresses);
          }
        });
  }

  @Test
  void shouldSayOnceThatItsNameLeadsToAnotherAddressOfThisMachine() {
    resolvesTo("10.0.0.1");
    timers.pass(MINUTE_MILLIS);
    assertEquals(List.of(), warnings());
    timers.pass(10 * MINUTE_MILLIS);
    assertEquals(List.of(WARNING), warnings());
  }

  @Test
  void shouldSayItAgainWhenItHasBeenRightMeanwhile() {
    resolvesTo("10.0.0.1");
    timers.pass(2 * MINUTE_MILLIS);
    resolvesTo("127.0.1.1");
    timers.pass(MINUTE_MILLIS);
    resolvesTo("10.0.0.1");
    timers.pass(2 * MINUTE_MILLIS);
    assertEquals(List.of(WARNING, WARNING), warnings());
  }

  @Test
  void shouldNotMindAnAnswerThatIsWrongForSomeSeconds() {
    for (int i = 0; i < 10; i++) {
      resolvesTo("10.0.0.1");
      timers.pass(MINUTE_MILLIS / 2);
      resolvesTo("127.0.1.1");
      timers.pass(MINUTE_MILLIS / 2);
    }
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldNotMindWhatALookUpThatFailsWouldHaveSaid() {
    for (int i = 0; i < 10; i++) {
      resolvesTo("10.0.0.1");
      timers.pass(MINUTE_MILLIS / 2);
      resolvesTo();
      timers.pass(MINUTE_MILLIS / 2);
    }
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldNotMindWhereItIsCalledAtOneOfSeveralAddresses() {
    resolvesTo("10.0.0.1", "127.0.1.1");
    timers.pass(10 * MINUTE_MILLIS);
    assertEquals(List.of(), warnings());
  }

  /** As long as the name leads to another host, restarting would not help. */
  @Test
  void shouldSayNothingOfAnAddressOfAnotherHost() {
    resolvesTo("10.0.0.1", "10.0.0.2");
    timers.pass(10 * MINUTE_MILLIS);
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldGoWhereItsNameLeadsAsLongAsItIsOfNoUse() {
    isOfNoUse = true;
    timers.pass(MINUTE_MILLIS);
    resolvesTo("10.0.0.1");
    timers.pass(3000);
    assertEquals(List.of("10.0.0.1"), moves);
    resolvesTo("127.0.1.1");
    timers.pass(3000);
    assertEquals(List.of("10.0.0.1", "127.0.1.1"), moves);
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldTryAgainToGoThereWhenAnotherProcessListensThere() {
    isOfNoUse = true;
    isTaken = true;
    timers.pass(MINUTE_MILLIS);
    resolvesTo("10.0.0.1");
    timers.pass(MINUTE_MILLIS / 2);
    assertEquals(List.of(), moves);
    isTaken = false;
    timers.pass(3000);
    assertEquals(List.of("10.0.0.1"), moves);
  }

  @Test
  void shouldStayWhereAReplicaHasAdmittedIt() {
    resolvesTo("10.0.0.1");
    timers.pass(10 * MINUTE_MILLIS);
    assertEquals(List.of(), moves);
  }

  /** One answer that is wrong is no reason yet. */
  @Test
  void shouldNotGoWhereItsNameLeadsForAMoment() {
    isOfNoUse = true;
    timers.pass(MINUTE_MILLIS);
    resolvesTo("10.0.0.1");
    timers.pass(1000);
    resolvesTo("127.0.1.1");
    timers.pass(MINUTE_MILLIS);
    assertEquals(List.of(), moves);
  }

  private void resolvesTo(String... literals) {
    answer = List.of(literals).stream().map(OwnNameWatchTest::address).toList();
  }

  private List<String> warnings() {
    return log.texts(Level.WARN);
  }

  private static InetAddress address(String literal) {
    return AddressLiteral.parse(literal).orElseThrow();
  }
}
