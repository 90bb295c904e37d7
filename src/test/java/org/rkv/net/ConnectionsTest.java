package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Which connection has to go, and why. Time is moved by hand. */
class ConnectionsTest {
  private static final long SWEEP_MILLIS = 1000;
  private static final String TOO_MANY = "too many connections, and this one was idle longest";
  private static final InetAddress SOMEBODY = address("192.0.2.1");
  private static final InetAddress LISTED = address("192.0.2.2");
  private static final InetAddress SLOW = address("192.0.2.3");
  private static final String TOO_MUCH = "too much is buffered, and most of it for this one";

  private final HandMovedTimers timers = new HandMovedTimers();
  private final LogLines log = new LogLines();
  private final Connections connections =
      new Connections(
          timers,
          new ConnectionLimits(2, 1024, 600_000, 10_000, 100),
          LISTED::equals,
          new LimitedLog(log, timers::nanoTime));

  /** A connection that is overdue, and holds memory, as a test says. */
  private class Connection implements Lane.Member {
    private final InetAddress address;
    private Lane lane;
    private int heldBytes;
    private int grownBytes;
    private String overdue;
    private String closedWith;

    Connection() {
      this(SOMEBODY);
    }

    Connection(InetAddress address) {
      this.address = address;
    }

    Connection holds(int bytes) {
      int before = heldBytes;
      heldBytes = bytes;
      lane.buffered(bytes - before);
      return this;
    }

    Connection grew(int bytes) {
      grownBytes = bytes;
      return this;
    }

    @Override
    public InetAddress address() {
      return address;
    }

    @Override
    public void setLane(Lane next) {
      lane = next;
    }

    @Override
    public int reportedBytes() {
      return heldBytes;
    }

    @Override
    public long grownBytes() {
      return grownBytes;
    }

    @Override
    public String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos) {
      return overdue;
    }

    @Override
    public void close(String reason) {
      closedWith = reason;
      connections.remove(this);
    }
  }

  @BeforeEach
  void begin() {
    connections.begin();
  }

  @Test
  void shouldMakeRoomForANewOneByClosingTheOneThatWasIdleLongest() {
    Connection first = add();
    Connection second = add();
    first.lane.active(first);
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

  @Test
  void shouldSayOnceASecondWhoseConnectionsAreTooMany() {
    for (int i = 0; i < 10; i++) {
      add();
    }
    assertEquals(
        List.of("too many connections: closing those idle longest; 2 of 2 are from 192.0.2.1"),
        log.texts(Level.WARN));
  }

  @Test
  void shouldKeepAnAdmittedOneHoweverManyStrangersCome() {
    Connection peer = add();
    connections.admit(peer);
    for (int i = 0; i < 10; i++) {
      add();
    }
    assertNull(peer.closedWith);
  }

  @Test
  void shouldKeepAGreetingHoweverManyStrangersComeAndForFourSeconds() {
    Connection greeting = add(LISTED);
    connections.spoke(greeting, CallKind.GREETING);
    timers.pass(Connections.MAX_GREETING_MILLIS - 1);
    for (int i = 0; i < 10; i++) {
      add();
    }
    assertNull(greeting.closedWith);
    timers.pass(SWEEP_MILLIS);
    add();
    add();
    assertEquals(TOO_MANY, greeting.closedWith);
  }

  @Test
  void shouldTakeOneThatBeginsWithAnythingElseForAStranger() {
    Connection client = add(LISTED);
    connections.spoke(client, CallKind.PROMPT);
    add();
    add();
    assertEquals(TOO_MANY, client.closedWith);
  }

  @Test
  void shouldKeepAFewGreetingsOfAnAddressAndNotCloseThemForMore() {
    List<Connection> greetings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      greetings.add(add(LISTED));
    }
    int first = Connections.MAX_GREETINGS_OF_AN_ADDRESS;
    for (Connection each : greetings.subList(0, first)) {
      assertNull(each.closedWith);
    }
    assertEquals(TOO_MANY, greetings.get(first).closedWith);
  }

  @Test
  void shouldNotCloseAPeerForWhatStrangersHold() {
    Connection peer = add();
    connections.admit(peer);
    peer.holds(49);
    Connection greedy = add().holds(99);
    assertNull(peer.closedWith);
    greedy.holds(101);
    assertNull(peer.closedWith);
    assertEquals(TOO_MUCH, greedy.closedWith);
  }

  /** The attackers are always younger, and bring their half records faster. */
  @Test
  void shouldCloseNoConnectionOfAnotherAddressThanTheOneThatHoldsMost() {
    connections.setMaxStrangers(100);
    Connection slow = add(SLOW).holds(30).grew(1);
    Connection growing = add().holds(25).grew(25);
    Connection standing = add().holds(25).grew(24);
    Connection small = add().holds(1).grew(0);
    growing.holds(50);
    assertNull(slow.closedWith, "another address holds more");
    assertNull(small.closedWith, "it holds next to nothing");
    assertEquals(TOO_MUCH, standing.closedWith);
    assertNull(growing.closedWith);
  }

  @Test
  void shouldCloseAStrangerButNoPeerForItsDescriptor() {
    Connection peer = add();
    connections.admit(peer);
    Connection greeting = add(LISTED);
    assertFalse(connections.freeDescriptor());
    Connection stranger = add();
    assertTrue(connections.freeDescriptor());
    assertEquals("too many open files, and this one was idle longest", stranger.closedWith);
    assertNull(peer.closedWith);
    assertNull(greeting.closedWith);
  }

  private Connection add() {
    return add(SOMEBODY);
  }

  private Connection add(InetAddress from) {
    Connection added = new Connection(from);
    connections.add(added);
    return added;
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
