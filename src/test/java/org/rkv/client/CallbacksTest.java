package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.rkv.client.RkvClientTest.failureOf;
import static org.rkv.client.RkvClientTest.nameOf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.blocking.ScriptedServer;

/** Where futures are completed. */
@Timeout(60)
final class CallbacksTest {
  private final ExecutorService callbacks =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "callbacks"));
  private ScriptedServer server;
  private RkvClient client;

  @BeforeEach
  void connect() throws IOException {
    server = ScriptedServer.answering(ScriptedServer.OK + "00000000");
    client = RkvClient.builder(nameOf(server)).executor(callbacks).connect();
  }

  @AfterEach
  void disconnect() {
    client.close();
    server.close();
    callbacks.shutdownNow();
  }

  private PutResult putAgain(PutResult first) {
    try {
      return client.put("again", first.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Even on its only thread, which the answer that it waits for must then not need. */
  @Test
  void shouldLetACallbackBlock() throws Exception {
    CompletableFuture<PutResult> both = client.putAsync("k", "v").thenApply(this::putAgain);
    assertEquals(PutResult.STORED, both.get(30, TimeUnit.SECONDS));
    assertEquals(2, server.calls().size());
  }

  @Test
  void shouldCompleteAFutureThatTheExecutorRefuses() throws Exception {
    callbacks.shutdown();
    assertEquals(PutResult.STORED, client.putAsync("k", "v").get(30, TimeUnit.SECONDS));
    client.close();
    assertInstanceOf(CallFailedException.class, failureOf(client.putAsync("k", "v")));
  }

  /** As one that has no thread left, or whose owner has closed it. */
  @Test
  void shouldCompleteAFutureWhateverTheExecutorThrows() throws Exception {
    List<Throwable> all =
        List.of(new IllegalStateException("closed"), new OutOfMemoryError("no native thread"));
    for (Throwable each : all) {
      try (ScriptedServer other = ScriptedServer.answering(ScriptedServer.OK + "00000000");
          RkvClient unlucky =
              RkvClient.builder(nameOf(other)).executor(task -> doThrow(each)).connect()) {
        assertEquals(PutResult.STORED, unlucky.putAsync("k", "v").get(30, TimeUnit.SECONDS));
        assertEquals(PutResult.STORED, unlucky.putAsync("k", "v").get(30, TimeUnit.SECONDS));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void doThrow(Throwable failure) throws T {
    throw (T) failure;
  }

  @Test
  void shouldNotShutTheExecutorDown() {
    client.close();
    assertFalse(callbacks.isShutdown());
  }
}
