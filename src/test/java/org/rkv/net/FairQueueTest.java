package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose turn it is. */
class FairQueueTest {
  private static final String GREEDY = "greedy";
  private static final String MODEST = "modest";
  private static final String LATE = "late";

  private final FairQueue queue = new FairQueue();
  private final List<String> taken = new ArrayList<>();
  private long nowNanos;

  private BackPressure.WaitingCall add(String party, int number) {
    BackPressure.WaitingCall call = () -> taken.add(party + " " + number);
    queue.add(party, call, nowNanos);
    return call;
  }

  private void takeAll() {
    while (!queue.isEmpty()) {
      queue.takeInTurn().execute();
    }
  }

  @Test
  void shouldTakeOneOfEachPartyInTurnAndThoseOfOneInTheirOrder() {
    for (int i = 1; i <= 4; i++) {
      add(GREEDY, i);
    }
    add(MODEST, 1);
    queue.takeInTurn().execute();
    add(LATE, 1);
    add(MODEST, 2);
    takeAll();
    assertEquals(
        List.of("greedy 1", "modest 1", "greedy 2", "late 1", "modest 2", "greedy 3", "greedy 4"),
        taken);
  }

  @Test
  void shouldNotTakeWhatWaitsNoMore() {
    BackPressure.WaitingCall gone = add(MODEST, 1);
    BackPressure.WaitingCall alsoGone = add(GREEDY, 1);
    add(GREEDY, 2);
    queue.remove(gone);
    queue.remove(gone);
    queue.remove(alsoGone);
    takeAll();
    assertEquals(List.of("greedy 2"), taken);
  }

  @Test
  void shouldKnowWhichHasWaitedLongestWhosesoeverTurnItIs() {
    nowNanos = 10;
    add(GREEDY, 1);
    nowNanos = 20;
    add(GREEDY, 2);
    nowNanos = 30;
    add(MODEST, 1);
    assertEquals(10, queue.oldestNanos());
    queue.takeInTurn().execute();
    assertEquals(20, queue.oldestNanos(), "it is the turn of the modest one");
    queue.takeOldest().execute();
    assertEquals(30, queue.oldestNanos());
    queue.takeOldest().execute();
    assertTrue(queue.isEmpty());
    assertEquals(List.of("greedy 1", "greedy 2", "modest 1"), taken);
  }

  @Test
  void shouldTakeAnIpv6NetworkForOnePartyAndEachAddressOfIpv4() throws Exception {
    assertEquals(party("2001:db8::1"), party("2001:db8::ffff:1"));
    assertNotEquals(party("2001:db8::1"), party("2001:db8:0:1::1"));
    assertNotEquals(party("127.0.0.1"), party("127.0.0.2"));
    assertEquals(party("127.0.0.1"), party("127.0.0.1"));
  }

  private static Object party(String address) throws Exception {
    return FairQueue.party(InetAddress.getByName(address));
  }
}
