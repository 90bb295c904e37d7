package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.rkv.client.OutcomeUnknownException;
import org.rkv.client.PutResult;
import org.rkv.client.RkvClient;
import org.rkv.oncrpc.blocking.ScriptedServer;

/** What LOAD says at its end, whatever has ended it. */
final class LoadTallyTest {
  private final LoadTally tally = new LoadTally(false);

  @Test
  void shouldSayOnlyThatItWasInterruptedIfAllThatWasSentIsStored() {
    tally.stored(PutResult.STORED);
    tally.interrupt();
    tally.endAt(3);

    assertEquals(ExitStatus.INTERRUPTED, tally.exitStatus());
    assertEquals("it was interrupted; go on", tally.ending());
  }

  @Test
  void shouldNotHideBehindAnInterruptionThatAPutFailed() {
    tally.interrupt();
    tally.failed(2, new IOException("gone"));
    tally.endAt(3);

    assertEquals(ExitStatus.FAILED, tally.exitStatus());
    assertEquals(
        "it was interrupted, and what was sent is not all stored (1 failed, 0 unknown); when the"
            + " reason is gone, go on",
        tally.ending());
    assertEquals(2, tally.firstNotStored());
  }

  /** As after a PUT to one that hangs up instead of an answer. */
  private static OutcomeUnknownException unknown() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(connection -> connection.readCall());
        RkvClient client = RkvClient.connect("127.0.0.1:" + server.port())) {
      return assertThrows(
          OutcomeUnknownException.class, () -> client.put(new byte[1], new byte[1]));
    }
  }

  @Test
  void shouldNotHideBehindAnInterruptionThatAnOutcomeIsUnknown() throws Exception {
    tally.failed(2, unknown());
    tally.interrupt();
    tally.endAt(3);

    assertEquals(ExitStatus.UNKNOWN, tally.exitStatus());
    assertEquals(
        "it was interrupted, and what was sent is not all stored (0 failed, 1 unknown); when the"
            + " reason is gone, go on",
        tally.ending());
  }

  /** Of a line that no replica would ever take. */
  @Test
  void shouldNotHideBehindAnInterruptionThatALineIsWrong() {
    tally.wrong(2, "a dump holds nothing but PUT");
    tally.interrupt();
    tally.endAt(3);

    assertEquals(ExitStatus.FAILED, tally.exitStatus());
  }

  @Test
  void shouldBeDoneIfItIsInterruptedWhenAllIsThere() {
    tally.stored(PutResult.STORED);
    tally.interrupt();

    assertEquals(ExitStatus.DONE, tally.exitStatus());
  }
}
