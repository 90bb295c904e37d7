package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.client.RkvClientTest.failureOf;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.net.HandMovedTimers;
import org.rkv.oncrpc.XdrOutput;

/** When a client leaves a replica that does not serve it; its time is moved by hand. */
class MoveAwayTest {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final AnnouncedFailedException FAILED = new AnnouncedFailedException("GET", "a");

  private final HandMovedTimers timers = new HandMovedTimers();
  private final ScriptedClient client = new ScriptedClient();
  private final MoveAway moveAway = new MoveAway(timers, client);

  private static ClientCall<?> read() {
    return call(KvProcedure.GET, true);
  }

  private static <R> ClientCall<R> call(KvProcedure<R> procedure, boolean isRepeatable) {
    InFlightLimit window = new InFlightLimit(1);
    return new ClientCall<>(procedure, 1, new XdrOutput(64), MINUTE_NANOS, window, isRepeatable);
  }

  private boolean fails(ClientCall<?> call) {
    return moveAway.takes(null, call, FAILED);
  }

  @Test
  void shouldMoveMoreAndMoreRarelyWhileThatDoesNotHelp() {
    for (int second = 0; second < 120; second++) {
      if (fails(read())) {
        moveAway.moved();
      }
      timers.pass(1_000);
    }
    assertEquals(8, client.moves, "after 0, 1, 3, 7, 15, 31, 61, 91 seconds");
  }

  @Test
  void shouldMoveAgainSoonWhenItHasHelped() {
    for (int second = 0; second < 10; second++) {
      assertTrue(fails(read()));
      moveAway.moved();
      moveAway.helped();
      timers.pass(2_000);
    }
    assertEquals(10, client.moves);
  }

  @Test
  void shouldNotLetACallWaitForAReplicaThatCannotBeConnected() {
    ClientCall<?> waits = read();
    assertTrue(fails(waits));
    assertFalse(waits.future().isDone());

    timers.pass(MoveAway.MAX_WAIT_MILLIS);

    assertInstanceOf(AnnouncedFailedException.class, failureOf(waits.future()));
    assertFalse(fails(read()), "nor another one");
    moveAway.moved();
    assertEquals(List.of(), client.sent);
  }

  @Test
  void shouldAskOnceInFiveSeconds() {
    for (int second = 0; second < 20; second++) {
      assertFalse(fails(call(KvProcedure.PUT, false)));
      moveAway.heard(null, false);
      timers.pass(1_000);
    }
    assertEquals(4, client.questions);
    assertEquals(0, client.moves);
  }

  @Test
  void shouldSpendNoRepeatOnAWriteThatMayNotBeSentAgain() {
    assertFalse(fails(call(KvProcedure.PUT, false)));
    moveAway.heard(null, true);
    assertEquals(1, client.moves);
    assertEquals(0, client.repeats);
  }

  /** Only counts; its connection is null. */
  private static final class ScriptedClient implements MoveAway.Client {
    private final List<ClientCall<?>> sent = new ArrayList<>();
    private int moves;
    private int questions;
    private int repeats;

    @Override
    public Connection connection() {
      return null;
    }

    @Override
    public int replicas() {
      return 5;
    }

    @Override
    public boolean mayRepeat() {
      repeats++;
      return true;
    }

    @Override
    public void ask(Connection at) {
      questions++;
    }

    @Override
    public void connectElsewhere(Connection from) {
      moves++;
    }

    @Override
    public void sendFirst(List<ClientCall<?>> calls) {
      sent.addAll(calls);
    }
  }
}
