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
    lane.enqueue(call("first"));
    lane.enqueue(call("second"));
    lane.enqueue(call("third"));
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
  void shouldLetNoneWaitAnyMoreWhenOneHasWaitedForFiveSeconds() {
    lane.underWay(MOST);
    lane.enqueue(call("first"));
    timers.pass(Lane.MAX_WAIT_MILLIS - SOON_MILLIS);
    lane.enqueue(call("second"));
    assertEquals(List.of(), executed);
    timers.pass(200);
    assertEquals(List.of("first", "second"), executed);
    assertTrue(lane.admits(), "the server refuses, if anybody");
    lane.underWay(-MOST - 2);
    assertTrue(lane.admits());
    lane.underWay(MOST);
    assertFalse(lane.admits(), "there was room: now they wait again");
  }

  @Test
  void shouldNotExecuteACallWhoseConnectionIsGone() {
    BackPressure.WaitingCall gone = call("gone");
    lane.underWay(MOST);
    lane.enqueue(gone);
    lane.enqueue(call("there"));
    lane.forget(gone);
    lane.underWay(-2);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("there"), executed);
  }
}
