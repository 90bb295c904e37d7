package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Which calls over UDP wait, for what, and how many. Time and what is under way are moved by hand.
 */
class WaitingDatagramsTest {
  private static final int MOST = Places.FIRST;
  private static final int KIBIBYTE = 1024;
  private static final long SOON_MILLIS = 1;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final Lane lane =
      new Lane(timers, 1, Lane.Turn.AFTER_OTHERS, new LimitedLog(new LogLines(), timers::nanoTime));
  private final BackPressure pressure = new BackPressure(timers);
  private final List<String> received = new ArrayList<>();
  private final WaitingDatagrams datagrams =
      new WaitingDatagrams(timers, lane, pressure, new Received());
  private final ChannelInMemory sender = new ChannelInMemory(7, new Received());

  /** What a message is its first letter says. */
  private final class Received implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      received.add(new String(buffer, offset, length, StandardCharsets.ISO_8859_1));
    }

    @Override
    public CallKind kindOf(byte[] buffer, int offset, int length) {
      return switch (buffer[offset]) {
        case 'w' -> CallKind.REPLICATING;
        case 'r' -> CallKind.ASKING;
        default -> CallKind.SIGN_OF_LIFE;
      };
    }

    @Override
    public void closed(Channel channel, String reason) {}
  }

  private boolean comes(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    boolean isTaken = datagrams.take(sender, bytes, bytes.length);
    bytes[0] = '?'; // the buffer is used again
    return isTaken;
  }

  @Test
  void shouldLetCallsWaitForAPlaceButNotThoseThatAskWhetherItIsThere() {
    assertTrue(comes("write 1"));
    lane.underWay(MOST);
    assertTrue(comes("write 2"));
    assertTrue(comes("read"));
    assertTrue(comes("status"));
    assertEquals(List.of("write 1", "status"), received);

    lane.underWay(-MOST);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("write 1", "status", "write 2", "read"), received);
  }

  @Test
  void shouldLetWritesWaitForTheLinksThatWhatTheyBringGoesOver() {
    pressure.diskIsBehind(true);
    comes("write");
    comes("read");
    assertEquals(List.of("read"), received);
    pressure.diskIsBehind(false);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of("read", "write"), received);
  }

  @Test
  void shouldLetNoneWaitForPlaceAndLinksForMoreThanFiveSecondsInAll() {
    lane.underWay(MOST);
    pressure.diskIsBehind(true);
    comes("write");
    timers.pass(TimeUnit.SECONDS.toMillis(3));
    lane.underWay(-1);
    timers.pass(TimeUnit.SECONDS.toMillis(1));
    assertEquals(List.of(), received, "it has a place, and waits for the disk");
    timers.pass(TimeUnit.SECONDS.toMillis(1) + 2 * BackPressure.CHECK_MILLIS);
    assertEquals(List.of("write"), received);
  }

  @Test
  void shouldLeaveOutWhatIsMoreThanAMebibyte() {
    lane.underWay(MOST);
    String message = "w" + "x".repeat(KIBIBYTE - 1);
    int taken = 0;
    while (comes(message)) {
      taken++;
    }
    assertEquals(1024 * KIBIBYTE / (KIBIBYTE + 512), taken);
    assertFalse(comes(message));

    lane.underWay(-MOST);
    timers.pass(SOON_MILLIS);
    assertEquals(taken, received.size());
    lane.underWay(MOST);
    assertTrue(comes(message), "there is room again");
  }

  @Test
  void shouldForgetThoseWhoseSocketIsClosed() {
    lane.underWay(MOST);
    comes("write");
    sender.closedWith = "the replica stops";
    lane.underWay(-MOST);
    timers.pass(SOON_MILLIS);
    assertEquals(List.of(), received);
  }
}
