package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.net.RawClient;

/**
 * What the loop's thread allocates. For a length that is a lie: under 1 MiB, for 100 of them. For a
 * call of NULL: nothing but the call itself.
 */
@Timeout(60)
class AllocationTest {
  private static final long MAX_BYTES = 1024 * 1024;
  private static final int TIMES = 100;
  private static final String CALL = "00000007 00000000 00000002 0001e240 00000001 ";
  private static final String NO_AUTH = "00000000 00000000 00000000 00000000 ";
  private static final int NULL_CALLS = 1000;

  /**
   * While code is interpreted its iterators are made too: compiled, on a busy machine, only late.
   */
  private static final int MOST_ROUNDS = 500;

  /** The ServerCall, with what Remote Tea puts into it. */
  private static final int BYTES_OF_A_CALL = 128;

  private static final String GARBAGE_ARGS =
      "00000007 00000001 00000000 00000000 00000000 00000004";

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private WireServer server;
  private long loopThreadId;

  @BeforeEach
  void startServer() throws Exception {
    server = new WireServer();
    loopThreadId = server.onLoop(() -> Thread.currentThread().getId());
  }

  @AfterEach
  void closeServer() throws Exception {
    server.close();
  }

  @Test
  void shouldNotAllocateForARecordThatDeclares2GiB() throws Exception {
    expectLittleFor(() -> expectToBeEndedBy("ffffffff 00000007 00000000"));
    expectLittleFor(() -> expectToBeEndedBy("7fffffff 00000007 00000000"));
  }

  @Test
  void shouldNotAllocateForAStringOfMinusOneOr2GiB() throws Exception {
    expectLittleFor(() -> expectGarbage(CALL + "00000002" + NO_AUTH + "ffffffff 61616161"));
    expectLittleFor(() -> expectGarbage(CALL + "00000002" + NO_AUTH + "7fffffff 61616161"));
    expectLittleFor(() -> expectGarbage(CALL + "00000001" + NO_AUTH + "00000000 40000000"));
  }

  @Test
  void shouldNotAllocateForACredentialOf2GiB() throws Exception {
    String name = "80000024" + CALL + "00000000";
    expectLittleFor(() -> expectToBeEndedBy(name + "00000000 80000000 00000000"));
    expectLittleFor(() -> expectToBeEndedBy(name + "00000001 7fffffff 00000000"));
  }

  @Test
  void shouldAllocateForTheBytesOfARecordThatHaveCome() throws Exception {
    expectLittleFor(
        () -> {
          try (RawClient client = server.connect()) {
            client.send("80100000 00000007").closeOutput();
            assertTrue(client.isEnded());
          }
        });
  }

  @Test
  void shouldMakeNothingButTheCallForACallOfNull() throws Exception {
    try (RawClient client = server.connect()) {
      callNull(client); // loads classes
      long least = Long.MAX_VALUE;
      for (int round = 0; round < MOST_ROUNDS && least >= NULL_CALLS * BYTES_OF_A_CALL; round++) {
        long before = threads.getThreadAllocatedBytes(loopThreadId);
        for (int i = 0; i < NULL_CALLS; i++) {
          callNull(client);
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(loopThreadId) - before);
      }
      assertTrue(
          least < NULL_CALLS * BYTES_OF_A_CALL,
          least + " bytes allocated for " + NULL_CALLS + " calls, at least");
    }
  }

  private static void callNull(RawClient client) throws Exception {
    String success = "00000007 00000001 00000000 00000000 00000000 00000000";
    assertEquals(success, client.sendRecord(CALL + "00000000" + NO_AUTH).receive());
  }

  private void expectGarbage(String call) throws Exception {
    try (RawClient client = server.connect()) {
      assertEquals(GARBAGE_ARGS, client.sendRecord(call).receive());
    }
  }

  private void expectToBeEndedBy(String bytes) throws Exception {
    try (RawClient client = server.connect()) {
      assertTrue(client.send(bytes).isEnded());
    }
  }

  /** Something that a hostile caller does. */
  private interface Attack {
    void run() throws Exception;
  }

  private void expectLittleFor(Attack attack) throws Exception {
    attack.run(); // loads classes
    long before = threads.getThreadAllocatedBytes(loopThreadId);
    for (int i = 0; i < TIMES; i++) {
      attack.run();
    }
    server.onLoop(() -> null);
    long allocated = threads.getThreadAllocatedBytes(loopThreadId) - before;
    assertTrue(allocated < MAX_BYTES, allocated + " bytes allocated for " + TIMES + " attacks");
  }
}
