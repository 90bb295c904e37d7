package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rkv.client.DelResult;
import org.rkv.client.GetResult;
import org.rkv.client.PutResult;
import org.rkv.client.RefusedException;
import org.rkv.client.RkvClient;
import org.rkv.net.Calls;
import org.rkv.net.RawClient;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;

/** Calls that are longer than a replica takes are answered, and harm nothing else. */
@Timeout(60)
class OverlongCallTest {
  private static final String MIB = "x".repeat(1 << 20);
  private static final int RESULT_OFFSET = 24;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.serving(directory, 1);
    replica = cluster.replica(0);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  static Stream<Arguments> overlongCalls() {
    return Stream.of(
        Arguments.of(Calls.put(7, MIB + MIB, "v"), kv.PUT_KEY_IS_TOO_LARGE),
        Arguments.of(Calls.put(7, MIB, MIB), kv.PUT_KEY_IS_TOO_LARGE),
        Arguments.of(Calls.put(7, "k", MIB + MIB + MIB), kv.PUT_VALUE_IS_TOO_LARGE),
        Arguments.of(Calls.put(7, "k", MIB + "x".repeat(5000)), kv.PUT_VALUE_IS_TOO_LARGE),
        Arguments.of(Calls.get(7, MIB + MIB), kv.GET_KEY_IS_TOO_LARGE),
        Arguments.of(Calls.del(7, MIB + MIB), kv.DEL_KEY_IS_TOO_LARGE));
  }

  @ParameterizedTest
  @MethodSource("overlongCalls")
  void shouldSayWhichTextIsTooLargeAndGoOn(byte[] call, int code) throws Exception {
    for (int fragmentBytes : new int[] {call.length, 65_536, 1_000_001}) {
      try (RawClient client = new RawClient(replica.address())) {
        client.send(
            Calls.join(
                Calls.record(Calls.put(6, "before", "v")),
                Calls.record(call, fragmentBytes),
                Calls.record(Calls.get(8, "before"))));

        assertEquals(6, intAt(client.receiveBytes(), 0));
        byte[] reply = client.receiveBytes();
        assertEquals(7, intAt(reply, 0));
        assertEquals(code, intAt(reply, RESULT_OFFSET));
        byte[] next = client.receiveBytes();
        assertEquals(8, intAt(next, 0));
        assertEquals(kv.GET_OK, intAt(next, RESULT_OFFSET));
      }
    }
    assertEquals(1, replica.liveEntries());
  }

  /** The length of the value lies where the replica stops to keep what comes. */
  @Test
  void shouldAnswerWhereverTheKeyEnds() throws Exception {
    int longest = Settings.defaultMaxRecordBytes(Limits.ofTheCSystem());
    try (RawClient client = new RawClient(replica.address())) {
      for (int left = -12; left <= 12; left++) {
        String key = "x".repeat(longest - 44 - left);
        client.send(Calls.record(Calls.put(7, key, MIB)));
        assertEquals(
            kv.PUT_KEY_IS_TOO_LARGE,
            intAt(client.receiveBytes(), RESULT_OFFSET),
            left + " bytes left");
      }
    }
  }

  @Test
  void shouldCloseTheConnectionWhereNothingCanBeMadeOfIt() throws Exception {
    byte[] ofReplicas = Calls.put(7, "k", MIB + MIB);
    ofReplicas[23] = kv.RPUT_1;
    byte[] noCall = Calls.put(7, "k", MIB + MIB);
    noCall[7] = 9;
    byte[] longerThanAny = Calls.put(7, "k", MIB + MIB + MIB + MIB);
    for (byte[] call : List.of(ofReplicas, noCall, longerThanAny)) {
      try (RawClient client = new RawClient(replica.address())) {
        CompletableFuture<Void> sent =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    client.send(Calls.record(call));
                  } catch (IOException e) {
                    return; // It was closed before all was sent.
                  }
                });
        assertTrue(client.isEnded());
        sent.get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void shouldHarmNoOtherCallOfAClient() throws Exception {
    byte[] longest = new byte[KvProgram.MAX_TEXT_BYTES];
    try (RkvClient client = RkvClient.connect(replica.shown())) {
      client.put("k", "v");
      List<CompletableFuture<PutResult>> writes = new ArrayList<>();
      List<CompletableFuture<GetResult>> reads = new ArrayList<>();
      List<CompletableFuture<PutResult>> overlong = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        writes.add(client.putAsync("k", "v"));
        overlong.add(client.putAsync(longest, longest));
        reads.add(client.getAsync("k"));
      }

      for (int i = 0; i < 10; i++) {
        assertEquals(PutResult.REPLACED, writes.get(i).get(30, TimeUnit.SECONDS));
        CompletableFuture<PutResult> refused = overlong.get(i);
        ExecutionException why =
            assertThrows(ExecutionException.class, () -> refused.get(30, TimeUnit.SECONDS));
        assertInstanceOf(RefusedException.class, why.getCause());
        assertEquals("v", reads.get(i).get(30, TimeUnit.SECONDS).text().orElseThrow());
      }
      assertEquals(DelResult.DELETED, client.del("k"));
    }
  }

  private static int intAt(byte[] reply, int offset) {
    return ByteBuffer.wrap(reply).getInt(offset);
  }
}
