package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.client.RkvClientTest.failureOf;

import org.junit.jupiter.api.Test;
import org.rkv.oncrpc.XdrOutput;

/** How often a call goes to the next replica. */
class ClientCallTest {
  private static final long TIMEOUT_NANOS = 1_000_000_000;

  private final ClientCall<GetResult> read = call(KvProcedure.GET);
  private final ClientCall<PutResult> write = call(KvProcedure.PUT);

  private static <R> ClientCall<R> call(KvProcedure<R> procedure) {
    return new ClientCall<>(
        procedure, 1, new XdrOutput(64), TIMEOUT_NANOS, new InFlightLimit(1), !procedure.isWrite());
  }

  @Test
  void shouldGoOnceIfItIsARead() {
    read.countLost(true);
    assertTrue(read.mayGoOn(5, () -> true));
    assertFalse(read.mayGoOn(5, () -> false));

    read.countLost(true);
    assertFalse(read.mayGoOn(5, () -> true));
  }

  @Test
  void shouldNeverGoIfItIsAWriteThatWasSent() {
    write.countLost(true);

    assertFalse(write.mayGoOn(5, () -> true));
    write.failLost("gone", null);
    assertInstanceOf(OutcomeUnknownException.class, failureOf(write.future()));
  }

  /** As a call does that is longer than any of them takes: each cuts it before it is whole. */
  @Test
  void shouldGoAsOftenAsThereAreReplicasIfItWasNotSent() {
    write.countLost(false);
    assertTrue(write.mayGoOn(3, () -> false));
    write.countLost(false);
    assertTrue(write.mayGoOn(3, () -> false));
    write.countLost(false);
    assertFalse(write.mayGoOn(3, () -> false));

    write.failLost("gone", null);
    assertInstanceOf(CallFailedException.class, failureOf(write.future()));
  }

  @Test
  void shouldGoBackToAReplicaThatIsAlone() {
    write.countLost(false);
    assertTrue(write.mayGoOn(1, () -> false));
    write.countLost(false);
    assertFalse(write.mayGoOn(1, () -> false));
  }
}
