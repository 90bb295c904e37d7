package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** Which connection has to go, and why. Time is moved by hand. */
class ConnectionsTest {
  private static final long SWEEP_MILLIS = 1000;
  private static final String TOO_MANY = "too many connections, and this one was idle longest";
  private static final String TOO_MUCH = "too much is buffered, and most of it for this one";

  private final HandMovedTimers timers = new HandMovedTimers();
  private final Connections connections =
      new Connections(timers, new ConnectionLimits(2, 1024, 600_000, 10_000, 100));

  /** A connection that is overdue, and holds memory, as a test says. */
  private class Connection implements Connections.Member {
    private int heldBytes;
    private String overdue;
    private String closedWith;

    void holds(int bytes) {
      int before = heldBytes;
      heldBytes = bytes;
      connections.buffered(bytes - before);
    }

    @Override
    public int heldBytes() {
      return heldBytes;
    }

    @Override
    public String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos) {
      return overdue;
    }

    @Override
    public void close(String reason) {
      closedWith = reason;
      connections.remove(this);
      connections.buffered(-heldBytes);
    }
  }

  @Test
  void shouldMakeRoomForANewOneByClosingTheOneThatWasIdleLongest() {
    Connection first = add();
    Connection second = add();
    connections.active(first);
    add();
    assertEquals(TOO_MANY, second.closedWith);
    assertNull(first.closedWith);
  }

  @Test
  void shouldCloseThoseThatHoldMostUntilNotTooMuchIsHeld() {
    Connection greedy = add();
    Connection greediest = add();
    greedy.holds(50);
    greediest.holds(50);
    assertNull(greediest.closedWith, "100 bytes are not too much");
    greediest.holds(60);
    assertEquals(TOO_MUCH, greediest.closedWith);
    assertNull(greedy.closedWith);
    greedy.holds(101);
    assertEquals(TOO_MUCH, greedy.closedWith);
  }

  @Test
  void shouldLookOnceASecondForThoseThatAreOverdue() {
    Connection idle = add();
    Connection busy = add();
    timers.pass(SWEEP_MILLIS);
    idle.overdue = "idle";
    timers.pass(SWEEP_MILLIS - 1);
    assertNull(idle.closedWith);
    timers.pass(1);
    assertEquals("idle", idle.closedWith);
    assertNull(busy.closedWith);
  }

  @Test
  void shouldSpareOneThatIsNotOverdueAnyMoreOnceAnotherIsClosed() {
    Connection spared = new Connection();
    Connection overdue =
        new Connection() {
          @Override
          public void close(String reason) {
            super.close(reason);
            spared.overdue = null;
          }
        };
    connections.add(overdue);
    connections.add(spared);
    overdue.overdue = "idle";
    spared.overdue = "idle";
    timers.pass(SWEEP_MILLIS);
    assertEquals("idle", overdue.closedWith);
    assertNull(spared.closedWith);
  }

  private Connection add() {
    Connection added = new Connection();
    connections.add(added);
    return added;
  }
}
