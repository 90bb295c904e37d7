package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.testing.Eventually;
import org.slf4j.event.Level;

@Timeout(60)
class EventLoopTest {
  private static final long END_MILLIS = 30_000;

  private final LogLines log = new LogLines();
  private EventLoop loop;

  @BeforeEach
  void startLoop() throws IOException {
    loop = new EventLoop("loop under test", log);
    loop.start();
  }

  @AfterEach
  void closeLoop() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(END_MILLIS));
  }

  @Test
  void shouldRunTasksOfOneThreadInTheirOrderOnItsOwnThread() throws Exception {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      loop.execute(() -> order.add(number));
    }
    assertEquals("loop under test", onLoop(() -> Thread.currentThread().getName()));
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, order.get(i));
    }
  }

  @Test
  void shouldRunWhatManyThreadsPost() throws Exception {
    int threads = 8;
    int tasks = 5000;
    int[] ran = {0}; // the loop's thread alone counts
    CountDownLatch done = new CountDownLatch(threads * tasks);
    for (int i = 0; i < threads; i++) {
      new Thread(() -> post(tasks, () -> count(ran, done))).start();
    }
    assertTrue(done.await(END_MILLIS, TimeUnit.MILLISECONDS), done.getCount() + " did not run");
    assertEquals(threads * tasks, onLoop(() -> ran[0]));
  }

  /** However many of them there are, and however long each takes. */
  @Test
  void shouldLookForOthersBetweenThoseThatYield() throws Exception {
    List<String> order = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(3);
    onLoop(
        () -> {
          loop.yieldingReads()
              .add(
                  () -> {
                    order.add(longRead(done));
                    loop.execute(() -> order.add("another"));
                  });
          loop.yieldingReads().add(() -> order.add(longRead(done)));
          loop.yieldingReads().add(() -> order.add(longRead(done)));
          return null;
        });

    assertTrue(done.await(END_MILLIS, TimeUnit.MILLISECONDS));
    assertEquals(
        List.of("a long read", "another", "a long read", "a long read"), onLoop(() -> order));
  }

  private static String longRead(CountDownLatch done) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10);
    while (System.nanoTime() - endNanos < 0) {
      Thread.onSpinWait();
    }
    done.countDown();
    return "a long read";
  }

  private void post(int tasks, Runnable task) {
    for (int left = tasks; left > 0; ) {
      try {
        loop.execute(task);
        left--;
      } catch (RejectedExecutionException overloaded) {
        Thread.yield();
      }
    }
  }

  private static void count(int[] ran, CountDownLatch done) {
    ran[0]++;
    done.countDown();
  }

  @Test
  void shouldRefuseMoreTasksThanItCanHold() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CompletableFuture<Void> holding = new CompletableFuture<>();
    loop.execute(
        () -> {
          holding.complete(null);
          await(held);
        });
    holding.get();
    AtomicInteger ran = new AtomicInteger();
    int accepted = 0;
    try {
      while (accepted < 1_000_000) {
        loop.execute(ran::incrementAndGet);
        accepted++;
      }
    } catch (RejectedExecutionException overloaded) {
      assertEquals("the loop is overloaded", overloaded.getMessage());
    }
    assertTrue(accepted < 1_000_000);
    held.countDown();
    int taken = accepted;
    Eventually.holds("what was taken is done", () -> ran.get() == taken);
  }

  @Test
  void shouldLogATaskThatThrowsAndGoOn() throws Exception {
    IllegalStateException exception = new IllegalStateException("a task's own");
    AssertionError error = new AssertionError("an error's turn");
    List<String> ran = new ArrayList<>();
    onLoop(
        () -> {
          loop.execute(
              () -> {
                throw exception;
              });
          loop.execute(() -> ran.add("posted"));
          loop.schedule(
              0,
              () -> {
                throw error;
              });
          loop.schedule(0, () -> ran.add("due"));
          loop.flushes()
              .addReplies(
                  () -> {
                    throw exception;
                  });
          loop.flushes().addReplies(() -> ran.add("flushed"));
          loop.flushes().addLink(() -> ran.add("flushed link"));
          return null;
        });
    Eventually.holds("all four run", () -> onLoop(() -> ran.size()) == 4);
    assertEquals(
        List.of("a task failed", "a task failed", "a task failed"), log.texts(Level.ERROR));
    assertEquals(
        Set.of(exception, error),
        log.lines().stream().map(LogLines.Line::cause).collect(Collectors.toSet()));
  }

  @Test
  void shouldLookForWhatRepliesBringBeforeLinksWrite() throws Exception {
    Pipe calls = Pipe.open();
    calls.source().configureBlocking(false);
    List<String> order = new ArrayList<>();
    CountDownLatch written = new CountDownLatch(1);
    onLoop(
        () -> {
          register(calls, key -> received(calls, order, written));
          return null;
        });
    send(calls, "first call");
    assertTrue(written.await(END_MILLIS, TimeUnit.MILLISECONDS));
    assertEquals(
        List.of("first call", "reply to first call", "second call", "links write"),
        onLoop(() -> List.copyOf(order)));
    assertEquals(List.of(), log.lines());
    calls.sink().close();
    calls.source().close();
  }

  private void received(Pipe calls, List<String> order, CountDownLatch written) throws IOException {
    String call = receive(calls);
    order.add(call);
    if (call.equals("first call")) {
      loop.flushes()
          .addLink(
              () -> {
                order.add("links write");
                written.countDown();
              });
      loop.flushes()
          .addReplies(
              () -> {
                order.add("reply to " + call);
                send(calls, "second call");
              });
    }
  }

  @Test
  void shouldRunTimersInTheOrderOfTheirTimesAndOfTheirMaking() throws Exception {
    List<String> order = new ArrayList<>();
    CompletableFuture<Void> last = new CompletableFuture<>();
    onLoop(
        () -> {
          loop.schedule(
              60,
              () -> {
                order.add("60");
                last.complete(null);
              });
          loop.schedule(20, () -> order.add("20"));
          loop.schedule(0, () -> order.add("0"));
          loop.schedule(0, () -> order.add("0 again"));
          loop.schedule(40, () -> order.add("40"));
          loop.schedule(30, () -> order.add("cancelled")).cancel();
          return null;
        });
    last.get();
    assertEquals(List.of("0", "0 again", "20", "40", "60"), order);
  }

  @Test
  void shouldNeverRunATimerBeforeItsTime() throws Exception {
    for (int millis = 0; millis < 20; millis++) {
      CompletableFuture<Long> ranNanos = new CompletableFuture<>();
      int delayMillis = millis;
      long scheduledNanos = System.nanoTime();
      loop.execute(() -> loop.schedule(delayMillis, () -> ranNanos.complete(System.nanoTime())));
      long tookNanos = ranNanos.get() - scheduledNanos;
      assertTrue(tookNanos >= TimeUnit.MILLISECONDS.toNanos(millis), millis + " ms: " + tookNanos);
    }
  }

  @Test
  void shouldCancelATimerFromAnotherTimer() throws Exception {
    List<String> ran = new ArrayList<>();
    onLoop(
        () -> {
          Timers.Timer[] second = new Timers.Timer[1];
          loop.schedule(0, () -> second[0].cancel());
          second[0] = loop.schedule(0, () -> ran.add("cancelled"));
          return null;
        });
    onLoop(() -> null);
    onLoop(() -> null);
    assertEquals(List.of(), ran);
  }

  @Test
  void shouldBringBackWhatAHelperFinds() throws Exception {
    CompletableFuture<String> found = new CompletableFuture<>();
    loop.execute(
        () ->
            loop.offload(
                () -> Thread.currentThread().getName(),
                helper -> found.complete(helper + ", " + Thread.currentThread().getName()),
                found::completeExceptionally));
    assertEquals("loop under test helper, loop under test", found.get());
  }

  @Test
  void shouldBringBackWhyAHelperFailed() throws Exception {
    IOException failure = new IOException("no such host");
    assertSame(failure, failureOf(() -> throwing(failure)));
  }

  @Test
  void shouldBringBackAlsoAnErrorOfAHelper() throws Exception {
    StackOverflowError error = new StackOverflowError("a helper's own");
    Exception failure = failureOf(() -> throwing(error));
    assertSame(error, failure.getCause());
    assertSame(error, log.lines().get(0).cause(), "a fault of ours is logged as well");
  }

  @Test
  void shouldRunAgainWhatFoundNoDescriptorOnceOneWasClosedForIt() throws Exception {
    IOException failure = new IOException("file: Too many open files");
    int[] closed = {0};
    CompletableFuture<Integer> found = new CompletableFuture<>();
    loop.execute(
        () -> {
          loop.descriptorSources().add(() -> ++closed[0] > 0);
          loop.offload(
              () -> closed[0] < 2 ? throwing(failure) : "read",
              result -> found.complete(closed[0]),
              found::completeExceptionally);
        });
    assertEquals(2, found.get(END_MILLIS, TimeUnit.MILLISECONDS));
    assertSame(failure, failureOf(() -> throwing(failure)), "not for ever");
  }

  @Test
  void shouldNotRunAgainWhatFoundNoDescriptorWhereNothingCanBeClosed() throws Exception {
    IOException failure = new IOException("file: Too many open files");
    assertSame(failure, failureOf(() -> throwing(failure)));
  }

  private Exception failureOf(Callable<String> blocking) throws Exception {
    CompletableFuture<Exception> failed = new CompletableFuture<>();
    loop.execute(() -> loop.offload(blocking, result -> failed.complete(null), failed::complete));
    return failed.get(END_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static <T extends Throwable> String throwing(Throwable failure) throws T {
    @SuppressWarnings("unchecked")
    T unchecked = (T) failure;
    throw unchecked;
  }

  @Test
  void shouldGoOnWhileHelpersHangAndFailWhatTheyCannotTake() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    CompletableFuture<Exception> refused = new CompletableFuture<>();
    int[] finished = {0};
    int offloaded = 1000;
    loop.execute(
        () -> {
          for (int i = 0; i < offloaded; i++) {
            loop.offload(
                () -> hang.await(END_MILLIS, TimeUnit.MILLISECONDS),
                in -> finished[0]++,
                e -> {
                  finished[0]++;
                  refused.complete(e);
                });
          }
        });
    assertTrue(refused.get() instanceof RejectedExecutionException);
    assertNotEquals(offloaded, onLoop(() -> finished[0]), "the others still hang");
    hang.countDown();
    Eventually.holds("every one comes back", () -> onLoop(() -> finished[0]) == offloaded);
  }

  @Test
  void shouldRefuseTasksOnceClosed() throws Exception {
    loop.close();
    assertTrue(loop.awaitEnd(END_MILLIS));
    RejectedExecutionException closed =
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    assertEquals("the loop is closed", closed.getMessage());
    loop.close();
  }

  @Test
  void shouldEndFromOneOfItsOwnTasks() throws Exception {
    loop.execute(loop::close);
    assertTrue(loop.awaitEnd(END_MILLIS));
    assertEquals(List.of(), log.lines());
  }

  @Test
  void shouldDoOneThingLastOfAll() throws Exception {
    CompletableFuture<Boolean> last = new CompletableFuture<>();
    EventLoop other = EventLoop.daemon("serving this test", log);
    other.execute(other::close);
    other.start(() -> last.complete(other.isOwnThread()));
    assertTrue(last.get(END_MILLIS, TimeUnit.MILLISECONDS), "on its own thread");
    assertTrue(other.awaitEnd(END_MILLIS));
    assertFalse(other.isOwnThread());
  }

  @Test
  void shouldNotEndByItself() throws Exception {
    onLoop(() -> null);
    assertFalse(loop.awaitEnd(10));
  }

  private void register(Pipe pipe, EventLoop.Ready ready) {
    try {
      loop.register(pipe.source(), SelectionKey.OP_READ, ready);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(Pipe pipe, String text) {
    try {
      pipe.sink().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String receive(Pipe pipe) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    pipe.source().read(bytes);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
  }

  private <T> T onLoop(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, loop).join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
