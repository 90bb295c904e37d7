package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.HandMovedTimers;

/** Whatever happens on the thread of the disk ends the process; nothing waits for it for ever. */
class DiskThreadTest {
  private static final long DEADLINE_SECONDS = 10;

  private final BlockingQueue<Runnable> replica = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
  private final DiskThread thread = new DiskThread(replica::add, ends::add);

  @Test
  void shouldGoOnWithEachResultInOrder() throws Exception {
    BlockingQueue<Integer> results = new LinkedBlockingQueue<>();
    thread.run(() -> 1, results::add);
    thread.run(() -> 2, results::add);
    take(replica).run();
    take(replica).run();

    assertEquals(List.of(1, 2), List.copyOf(results));
  }

  @Test
  void shouldEndAtWhateverAWorkThrowsAndDoNothingAfterIt() throws Exception {
    List<Throwable> failures =
        List.of(
            new IOException("Input/output error"),
            new IllegalStateException("a fault"),
            new OutOfMemoryError("for a test"),
            new StackOverflowError());
    for (Throwable failure : failures) {
      DiskThread failing = new DiskThread(replica::add, ends::add);
      failing.run(throwing(failure), result -> {});
      failing.run(() -> ends.add(new IllegalStateException("it went on")), result -> {});

      assertSame(failure, take(ends));
    }
    // What came last would have been done by now, had anything been.
    thread.run(() -> 1, result -> {});
    assertNotNull(take(replica));
    assertEquals(List.of(), List.copyOf(ends));
  }

  /** It was told to stop before it had begun, or has ended for another reason. */
  @Test
  void shouldNotTakeTheEndOfTheReplicaForAFailureOfTheDisk() throws Exception {
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    DiskThread disk =
        new DiskThread(
            task -> {
              threads.add(Thread.currentThread());
              throw new RejectedExecutionException("it has ended");
            },
            ends::add);
    disk.run(() -> 1, result -> {});
    take(threads).join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));

    assertEquals(List.of(), List.copyOf(ends));
  }

  private static Callable<Object> throwing(Throwable failure) {
    return () -> {
      if (failure instanceof Exception exception) {
        throw exception;
      }
      throw (Error) failure;
    };
  }

  @Test
  void shouldEndWhenItIsInterrupted(@TempDir Path directory) throws Exception {
    try (FileVolume volume = FileVolume.open(directory)) {
      CountDownLatch begun = new CountDownLatch(1);
      thread.run(
          () -> {
            Volume.Output output = volume.create("file");
            begun.countDown();
            while (true) {
              output.write(ByteBuffer.allocate(1));
              output.force();
            }
          },
          result -> {});
      begun.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
      interrupt();

      assertInstanceOf(ClosedByInterruptException.class, take(ends));
    }
  }

  @Test
  void shouldEndWhenItIsInterruptedAsItWaits() throws Exception {
    thread.run(() -> 1, result -> {});
    take(replica);
    interrupt();

    assertInstanceOf(InterruptedException.class, take(ends));
  }

  /** Those of other tests end too. */
  private static void interrupt() {
    Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().equals("disk"))
        .forEach(Thread::interrupt);
  }

  /** It could be written and forced all the same, and nobody would find it at the next start. */
  @Timeout(60)
  @ParameterizedTest
  @ValueSource(strings = {"manifest", "00000001.log", "lock"})
  void shouldEndWhereWhatItWritesWouldNotBeFoundAgain(String name, @TempDir Path directory)
      throws Exception {
    HandMovedTimers timers = new HandMovedTimers();
    try (FileVolume volume = FileVolume.open(directory)) {
      Recovered found = Recovery.read(volume, "r1", 7, record -> {});
      LogSettings settings = LogSettings.syncing(0);
      Log log = new Log(volume, found, settings, thread, timers, new Random(), new NoListener());
      log.begin();
      force(log, "k1");
      Files.delete(directory.resolve(name));
      force(log, "k2"); // it does not look each time
      timers.pass(1000);
      log.append(new LogRecord.Stored(DiskLife.entry("k3", "value", 3)));
      log.flush();
      while (ends.isEmpty()) {
        Runnable next = replica.poll(1, TimeUnit.MILLISECONDS);
        if (next != null) {
          next.run();
        }
      }

      assertInstanceOf(GoneException.class, take(ends));
    }
  }

  private void force(Log log, String key) throws InterruptedException {
    long position = log.append(new LogRecord.Stored(DiskLife.entry(key, "value", 1)));
    log.flush();
    while (log.forced() < position) {
      take(replica).run();
      log.flush();
    }
  }

  @Test
  void shouldKeepWhatALogWasToldToKeep(@TempDir Path directory) throws Exception {
    LogSettings settings = LogSettings.syncing(0);
    try (FileVolume volume = FileVolume.open(directory)) {
      Recovered found = Recovery.read(volume, "r1", 7, record -> {});
      Log log =
          new Log(
              volume,
              found,
              settings,
              thread,
              new HandMovedTimers(),
              new Random(),
              new NoListener());
      log.begin();
      long position = log.append(new LogRecord.Stored(DiskLife.entry("key", "value", 1)));
      while (log.forced() < position) {
        take(replica).run();
        log.flush();
      }
      AtomicBoolean isClosed = new AtomicBoolean();
      log.close(() -> isClosed.set(true));
      while (!isClosed.get()) {
        take(replica).run();
      }
      BlockingQueue<LogRecord> read = new LinkedBlockingQueue<>();
      Recovery.read(volume, "r1", 7, read::add);

      assertEquals(
          List.of(new LogRecord.Stored(DiskLife.entry("key", "value", 1))), List.copyOf(read));
    }
  }

  private static <T> T take(BlockingQueue<T> from) throws InterruptedException {
    T taken = from.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(taken);
    return taken;
  }
}
