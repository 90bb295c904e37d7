package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which calls wait for a place, and until when. Time is moved by hand. */
class LaneTest {
  private static final int MOST = Places.FIRST;
  private static final int MAX_BYTES = 100;
  private static final long SOON_MILLIS = 1;
  private static final Object SOMEBODY = "somebody";
  private static final Object ANOTHER = "another";

  private final HandMovedTimers timers = new HandMovedTimers();
  private final Lane lane =
      new Lane(
          timers,
          MAX_BYTES,
          Lane.Turn.AFTER_OTHERS,
          new LimitedLog(new LogLines(), timers::nanoTime));
  private final List<String> executed = new ArrayList<>();

  /** A call that is under way from its execution on. */
  private BackPressure.WaitingCall call(String name) {
    return () -> {
      executed.add(name);
      lane.underWay(1);
    };
  }

  private void enqueue(Object party, BackPressure.WaitingCall call) {
    lane.enqueue(party, call, timers.nanoTime());
  }

  @Test
  void shouldAdmitCallsUntilAsManyAreUnderWayAsMayBe() {
    lane.underWay(MOST - 1);
    assertTrue(lane.admits());
    lane.underWay(1);
    assertFalse(lane.admits());
    lane.underWay(-1);
    assertTrue(lane.admits());
  }

  @Test
  void shouldExecuteThoseThatWaitInTheirOrderOnceThereArePlaces() {
    lane.underWay(MOST);
    enqueue(SOMEBODY, call("first"));
    enqueue(SOMEBODY, call("second"));
    enqueue(SOMEBODY, call("third"));
    lane.underWay(-2);
    assertFalse(lane.admits(), "others came before");
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("first", "second"), executed);
    lane.underWay(-2);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("first", "second", "third"), executed);
    assertTrue(lane.admits());
  }

  @Test
  void shouldTakeTurnsHoweverManyCallsOfOnePartyWait() {
    lane.underWay(MOST);
    for (int i = 0; i < 100; i++) {
      enqueue(SOMEBODY, call("greedy " + i));
    }
    enqueue(ANOTHER, call("modest"));
    enqueue(ANOTHER, call("modest again"));
    lane.underWay(-5);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("greedy 0", "modest", "greedy 1", "modest again", "greedy 2"), executed);
  }

  @Test
  void shouldLetNoneWaitAnyMoreWhenNoneHasHadAPlaceForFiveSeconds() {
    lane.underWay(MOST);
    enqueue(SOMEBODY, call("first"));
    timers.pass(Lane.MAX_WAIT_MILLIS - SOON_MILLIS);
    enqueue(SOMEBODY, call("second"));
    assertEquals(List.of(), executed);
    timers.pass(200);
    assertEquals(List.of("first", "second"), executed);
    assertTrue(lane.admits(), "the server refuses, if anybody");
    lane.underWay(-MOST - 2);
    assertTrue(lane.admits());
    lane.underWay(MOST);
    assertFalse(lane.admits(), "there was room: now they wait again");
  }

  /** Calls of thousands of connections are always overdue: once, that ended all turns. */
  @Test
  void shouldGiveEachItsTurnThoughCallsOfAnotherAreOverdue() {
    lane.underWay(MOST);
    for (int i = 0; i < 1_000; i++) {
      enqueue(SOMEBODY, call("greedy"));
    }
    timers.pass(10);
    lane.underWay(-1);
    timers.pass(SOON_MILLIS);
    assertEquals(1, executed.size());
    timers.pass(Lane.MAX_WAIT_MILLIS - 111);
    enqueue(ANOTHER, call("modest"));
    timers.pass(100);
    assertEquals(1_000, executed.size(), "none waits for more than five seconds");
    assertFalse(executed.contains("modest"), "no place is free, and it may wait");

    enqueue(SOMEBODY, call("greedy"));
    lane.underWay(-MOST - 999 + Places.LEAST - 1);
    timers.pass(SOON_MILLIS);
    assertEquals("modest", executed.get(1_000));
  }

  @Test
  void shouldNotExecuteACallWhoseConnectionIsGone() {
    BackPressure.WaitingCall gone = call("gone");
    lane.underWay(MOST);
    enqueue(SOMEBODY, gone);
    enqueue(SOMEBODY, call("there"));
    lane.forget(gone);
    lane.underWay(-2);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("there"), executed);
  }
}
