package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits, for whom, and in which order. Time and the links are moved by hand. */
class BackPressureTest {
  private static final int SMALL = 100;
  private static final int FULL = BackPressure.FULL_BYTES;

  /** One of them leaves a link room for another, two do not. */
  private static final int LARGE = FULL;

  private static final int OVERFULL = BackPressure.OVERFULL_BYTES;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final BackPressure pressure = new BackPressure(timers);
  private final LinkByHand link = new LinkByHand(false);
  private final LinkByHand other = new LinkByHand(false);
  private final LinkByHand largeOnly = new LinkByHand(true);
  private final List<String> executed = new ArrayList<>();
  private final Map<String, BackPressure.WaitingCall> calls = new HashMap<>();

  private final class LinkByHand implements BackPressure.Sender {
    private final boolean carriesLargeCallsOnly;
    private int queuedBytes;
    private long takenBytes;

    LinkByHand(boolean carriesLargeCallsOnly) {
      this.carriesLargeCallsOnly = carriesLargeCallsOnly;
    }

    void has(int bytes) {
      takenBytes += Math.max(0, queuedBytes - bytes);
      queuedBytes = bytes;
      pressure.queueChanged(this);
    }

    @Override
    public int queuedBytes() {
      return queuedBytes;
    }

    @Override
    public long takenBytes() {
      return takenBytes;
    }

    @Override
    public boolean carriesLargeCallsOnly() {
      return carriesLargeCallsOnly;
    }
  }

  /** A call comes, and puts what it has on the link when it is executed. */
  private void comes(String name, int bytes) {
    if (pressure.admits(bytes)) {
      execute(name, bytes);
    } else {
      BackPressure.WaitingCall call = () -> execute(name, bytes);
      calls.put(name, call);
      pressure.enqueue(call, bytes, timers.nanoTime());
    }
  }

  private void execute(String name, int bytes) {
    executed.add(name);
    link.has(link.queuedBytes + bytes);
  }

  /** These move, and get more than they send, for longer than a large call is overtaken. */
  private void letOvertakingEnd(LinkByHand... links) {
    for (long waited = 0; waited <= BackPressure.OVERTAKING_MILLIS; waited += 50) {
      for (LinkByHand each : links) {
        each.has(each.queuedBytes + 10);
        each.has(each.queuedBytes - 5);
      }
      timers.pass(50);
    }
  }

  private void expectExecuted(String... names) {
    timers.pass(0);
    assertEquals(List.of(names), executed);
    executed.clear();
  }

  @Test
  void shouldExecuteAtOnceWhatALinkHasRoomFor() {
    comes("a", LARGE);
    comes("b", SMALL);
    expectExecuted("a", "b");
    timers.pass(10 * BackPressure.CHECK_MILLIS);
    link.has(0);
    timers.pass(BackPressure.CHECK_MILLIS);
    assertEquals(0, timers.scheduled(), "nothing is looked at while no link is full");
  }

  @Test
  void shouldExecuteLargeOnesInOrderAsTheLinkHasRoomForThem() {
    link.has(FULL + 1);
    comes("a", LARGE);
    comes("b", LARGE);
    comes("c", LARGE);
    expectExecuted();
    link.has(FULL);
    expectExecuted("a");
    assertEquals(FULL + LARGE, link.queuedBytes);
    link.has(FULL + 1);
    expectExecuted();
    link.has(0);
    expectExecuted("b", "c");
  }

  @Test
  void shouldNotLetALargeOneOvertakeAnother() {
    link.has(FULL + 1);
    comes("a", LARGE);
    link.has(FULL);
    comes("b", LARGE);
    link.has(0);
    expectExecuted("a", "b");
  }

  @Test
  void shouldLetSmallOnesOvertakeLargeOnes() {
    link.has(FULL + 1);
    comes("large", LARGE);
    comes("small", SMALL);
    comes("small too", SMALL);
    expectExecuted("small", "small too");
    link.has(0);
    expectExecuted("large");
  }

  /** Named after the fault that small calls kept a large one waiting for ever. */
  @Test
  void shouldNotLetALargeOneWaitForEverForSmallOnes() {
    link.has(FULL + 1);
    comes("large", LARGE);
    while (executed.size() < 1000 && !executed.contains("large")) {
      link.has(link.queuedBytes - 1000);
      for (int i = 0; i < 20; i++) {
        comes("small", SMALL);
      }
      timers.pass(10);
    }
    assertTrue(executed.contains("large"));
    assertTrue(
        executed.size() < 20 * BackPressure.OVERTAKING_MILLIS / 10 + 200, executed.size() + "");
  }

  @Test
  void shouldExecuteInOrderWhatCameAfterALargeOneHadWaitedForLong() {
    link.has(FULL + 1);
    comes("large", LARGE);
    letOvertakingEnd(link);
    comes("small", SMALL);
    timers.pass(1);
    comes("large too", LARGE);
    expectExecuted();
    link.has(FULL);
    expectExecuted("large", "small");
    link.has(0);
    expectExecuted("large too");
  }

  /** Named after the fault that 64 clients with large values held up small ones for 3 s. */
  @Test
  void shouldNotLetSmallOnesWaitForLargeOnesThatWaitForLinksOfTheirOwn() {
    largeOnly.has(FULL + 1);
    comes("large", LARGE);
    letOvertakingEnd(largeOnly);
    comes("small", SMALL);
    expectExecuted("small");
    largeOnly.has(FULL);
    expectExecuted("large");
  }

  @Test
  void shouldLetALargeOneThatHasWaitedGoBeforeSmallOnesOnTheirLink() {
    largeOnly.has(FULL + 1);
    link.has(FULL + 1);
    comes("large", LARGE);
    letOvertakingEnd(link);
    largeOnly.has(0);
    comes("small", SMALL);
    expectExecuted();
    link.has(FULL);
    expectExecuted("large", "small");
  }

  @Test
  void shouldLetAllWaitWhileALinkIsOverfull() {
    link.has(OVERFULL + 1);
    comes("large", LARGE);
    comes("small", SMALL);
    expectExecuted();
    link.has(OVERFULL);
    expectExecuted("small");
    other.has(OVERFULL + 1);
    comes("small too", SMALL);
    link.has(0);
    expectExecuted();
    other.has(OVERFULL);
    expectExecuted("small too");
    other.has(FULL);
    expectExecuted("large");
  }

  /** Named after the fault that small calls waited for a link that they do not go over. */
  @Test
  void shouldNotLetSmallOnesWaitForAnOverfullLinkOfLargeOnes() {
    largeOnly.has(OVERFULL + 1);
    comes("large", LARGE);
    comes("small", SMALL);
    expectExecuted("small");
  }

  @Test
  void shouldLetALargeOneThatHasWaitedForLinksOfBothKindsGoBeforeSmallOnes() {
    largeOnly.has(FULL + 1);
    link.has(FULL + 1);
    comes("large", LARGE);
    letOvertakingEnd(largeOnly, link);
    comes("small", SMALL);
    expectExecuted();
    link.has(0);
    expectExecuted("small");
    largeOnly.has(FULL);
    expectExecuted("large");
  }

  @Test
  void shouldNotWaitForALinkOfLargeOnesThatHasStopped() {
    largeOnly.has(OVERFULL + 1);
    comes("large", LARGE);
    timers.pass((BackPressure.MAX_CHECKS_WITHOUT_PROGRESS - 1) * BackPressure.CHECK_MILLIS);
    expectExecuted();
    timers.pass(BackPressure.CHECK_MILLIS);
    expectExecuted("large");
  }

  @Test
  void shouldNotWaitForALinkThatHasStopped() {
    link.has(OVERFULL + 1);
    comes("large", LARGE);
    comes("small", SMALL);
    timers.pass((BackPressure.MAX_CHECKS_WITHOUT_PROGRESS - 1) * BackPressure.CHECK_MILLIS);
    expectExecuted();
    timers.pass(BackPressure.CHECK_MILLIS);
    expectExecuted("large", "small");
    comes("large too", LARGE);
    expectExecuted("large too");
  }

  @Test
  void shouldWaitForALinkThatMovesAgain() {
    link.has(2 * FULL);
    timers.pass(BackPressure.MAX_CHECKS_WITHOUT_PROGRESS * BackPressure.CHECK_MILLIS);
    assertTrue(pressure.admits(LARGE));
    link.has(2 * FULL - 1);
    timers.pass(BackPressure.CHECK_MILLIS);
    assertFalse(pressure.admits(LARGE));
  }

  @Test
  void shouldStillWaitForAnotherLinkWhenOneHasStopped() {
    link.has(2 * FULL);
    other.has(2 * FULL);
    comes("large", LARGE);
    for (int i = 0; i < 2 * BackPressure.MAX_CHECKS_WITHOUT_PROGRESS; i++) {
      other.has(other.queuedBytes - 1);
      timers.pass(BackPressure.CHECK_MILLIS);
    }
    expectExecuted();
    other.has(0);
    expectExecuted("large");
  }

  @Test
  void shouldGoOnWhenTheFullLinkEnds() {
    link.has(2 * FULL);
    comes("a", SMALL + Channel.LARGE_BYTES);
    link.queuedBytes = 0;
    pressure.linkEnded(link);
    expectExecuted("a");
  }

  @Test
  void shouldLetNoneWaitForLongerThanTheLongestWait() {
    link.has(OVERFULL + 1_000_000);
    comes("large", LARGE);
    comes("small", SMALL);
    for (long waited = 0; waited < BackPressure.MAX_WAIT_MILLIS; waited += 50) {
      expectExecuted();
      link.has(link.queuedBytes - 1);
      timers.pass(50);
    }
    link.has(link.queuedBytes - 1);
    timers.pass(2 * BackPressure.CHECK_MILLIS);
    expectExecuted("large", "small");
  }

  @Test
  void shouldExecuteAFewAtATimeSoThatTheirAnswersAreWritten() {
    link.has(FULL + 1);
    comes("large", LARGE);
    letOvertakingEnd(link);
    for (int i = 0; i < 300; i++) {
      comes("small", SMALL);
    }
    link.queuedBytes = 0;
    pressure.linkEnded(link);
    List<Integer> afterTheFirst = new ArrayList<>();
    timers.schedule(0, () -> afterTheFirst.add(executed.size()));
    timers.pass(0);
    assertEquals(List.of(128), afterTheFirst);
    assertEquals(301, executed.size());
  }

  @Test
  void shouldLetEveryCallWaitWhileTheDiskIsFarBehind() {
    pressure.diskIsBehind(true);
    comes("small", SMALL);
    timers.pass(10 * BackPressure.CHECK_MILLIS);
    comes("large", LARGE);
    expectExecuted();
    pressure.diskIsBehind(false);
    expectExecuted("small", "large");
    comes("next", SMALL);
    expectExecuted("next");
  }

  @Test
  void shouldExecuteNoMoreOfThemThanTheDiskFallsBehindWith() {
    pressure.diskIsBehind(true);
    pressure.enqueue(() -> pressure.diskIsBehind(true), SMALL, timers.nanoTime());
    comes("next", SMALL);
    pressure.diskIsBehind(false);
    expectExecuted();
    pressure.diskIsBehind(false);
    expectExecuted("next");
  }

  @Test
  void shouldLetNobodyWaitForADiskThatStandsStillForLongerThanForALink() {
    pressure.diskIsBehind(true);
    comes("a", SMALL);
    timers.pass(BackPressure.MAX_WAIT_MILLIS);
    expectExecuted();
    timers.pass(2 * BackPressure.CHECK_MILLIS);
    expectExecuted("a");
    timers.pass(BackPressure.CHECK_MILLIS);
    assertEquals(0, timers.scheduled(), "nothing is looked at while no call waits");
  }

  /** It had five seconds more: twice as long as what clients are promised. */
  @Test
  void shouldCountWhatACallHasWaitedForSomethingElse() {
    link.has(OVERFULL + 1);
    comes("came late", LARGE);
    pressure.enqueue(
        () -> execute("waited before", LARGE),
        LARGE,
        timers.nanoTime() - TimeUnit.MILLISECONDS.toNanos(BackPressure.MAX_WAIT_MILLIS - 1_000));
    for (int waited = 0; waited < 1_000; waited += 100) {
      expectExecuted();
      link.has(OVERFULL + 2); // it moves
      link.has(OVERFULL + 1);
      timers.pass(100);
    }
    timers.pass(2 * BackPressure.CHECK_MILLIS);
    expectExecuted("waited before");
  }

  @Test
  void shouldForgetTheCallOfAConnectionThatIsClosed() {
    link.has(OVERFULL + 1);
    comes("a", LARGE);
    comes("b", LARGE);
    comes("c", SMALL);
    pressure.forget(calls.get("a"));
    pressure.forget(calls.get("c"));
    link.has(0);
    expectExecuted("b");
  }

  @Test
  void shouldExecuteTheOthersWhenOneFails() {
    link.has(FULL + 1);
    pressure.enqueue(
        () -> {
          throw new IllegalStateException("a fault");
        },
        LARGE,
        timers.nanoTime());
    comes("b", LARGE);
    link.has(0);
    assertThrows(IllegalStateException.class, () -> timers.pass(0));
    expectExecuted("b");
  }
}
