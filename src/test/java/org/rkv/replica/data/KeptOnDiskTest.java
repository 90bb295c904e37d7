package org.rkv.replica.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.disk.DiskWorker;
import org.rkv.disk.LogSettings;
import org.rkv.disk.SimulatedVolume;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.LogLines;
import org.rkv.replica.core.Durability;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/** What is there again after a catch-up that took over less than there was. */
class KeptOnDiskTest {
  private static final Stamp FIRST = new Stamp(1, 1);
  private static final Stamp SECOND = new Stamp(2, 1);

  private final SimulatedVolume volume = new SimulatedVolume(new Random(1));
  private final HandMovedTimers timers = new HandMovedTimers();
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  private DataDirectory directory;
  private Durability kept;
  private Store store;

  @BeforeEach
  void holdOne() throws IOException {
    begin();
    kept.complete(null, () -> told.add("complete"));
    store.apply("k", "v", FIRST);
    finish();
    assertEquals(List.of("complete"), told);
    told.clear();
  }

  /** A life, which holds nothing yet. */
  private void begin() throws IOException {
    LogLines log = new LogLines();
    KeyHash keyHash = new KeyHash(1, 2);
    directory =
        new DataDirectory(
            volume, "r", 1, Limits.ofTheCSystem(), keyHash, LogSettings.syncing(0), log);
    DiskWorker worker = this::run;
    kept = directory.begin(worker, timers, new Random(2), () -> {});
    finish();
    store =
        new Store(
            Limits.ofTheCSystem(),
            new HybridClock(() -> 0, () -> 0, () -> HybridClock.NO_LIMIT, 1),
            keyHash);
    kept.begins(store, new EpochHistory(1));
  }

  private <T> void run(Callable<T> task, Consumer<? super T> then) {
    work.add(
        () -> {
          try {
            then.accept(task.call());
          } catch (Exception e) {
            throw new IllegalStateException("a simulated disk that does not fail", e);
          }
        });
  }

  private void finish() {
    timers.pass(0);
    while (!work.isEmpty()) {
      work.poll().run();
      timers.pass(0);
    }
  }

  private Store foundNext() throws IOException {
    finish();
    begin();
    return directory.copy().store();
  }

  /** A life that catches up, with what was there before. */
  private Store former() throws IOException {
    begin();
    Store former = directory.copy().store();
    store.replace(former);
    return former;
  }

  @Test
  void shouldHoldNothingThatTheSourceHasNoMore() throws IOException {
    Store former = former();
    kept.complete(former, () -> told.add("complete"));
    finish();
    assertEquals(List.of("complete"), told);

    assertNull(foundNext().find("k"));
  }

  /** Somebody settled it after all, while the disk was at it: an acknowledged write. */
  @Test
  void shouldHoldWhatCameAgainWhileTheEndOfACatchUpWasForced() throws IOException {
    Store former = former();
    kept.complete(former, () -> told.add("complete"));
    timers.pass(0);
    assertEquals(List.of(), told, "it is being forced");

    store.apply("k", "v", FIRST);

    assertEquals("v", foundNext().find("k").value());
  }

  /** A write of its own failed; the others went on without it. */
  @Test
  void shouldHoldWhatIsOlderAtTheSourceInsteadOfItsOwn() throws IOException {
    store.apply("k", "mine", SECOND);
    finish();
    Store former = former();
    store.apply("k", "theirs", FIRST);
    kept.complete(former, () -> told.add("complete"));

    assertEquals("theirs", foundNext().find("k").value());
    assertEquals(List.of("complete"), told);
  }

  /** Its list of replicas has changed its own name meanwhile. */
  @Test
  void shouldCompleteNothingForAnIncarnationThatIsOver() throws IOException {
    Store former = former();
    kept.complete(former, () -> told.add("complete"));
    kept.begins(former, new EpochHistory(1));
    finish();

    assertEquals(List.of(), told);
  }

  @Test
  void shouldHoldWhatIsNewerThanWhatIsRemoved() throws IOException {
    Store former = former();
    store.apply("k", "w", SECOND);
    kept.complete(former, () -> told.add("complete"));

    assertEquals("w", foundNext().find("k").value());
  }
}
