package org.rkv.replica.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.disk.Log;
import org.rkv.disk.LogRecord;
import org.rkv.disk.LogSettings;
import org.rkv.disk.NoListener;
import org.rkv.disk.Recovered;
import org.rkv.disk.Recovery;
import org.rkv.disk.SimulatedVolume;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.LogLines;
import org.rkv.replica.core.Durability;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.Opening;
import org.rkv.rpc.kv;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Sections;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/** What is there again after a catch-up that took over less than there was. */
class KeptOnDiskTest {
  private static final Stamp FIRST = new Stamp(1, 1);
  private static final Stamp SECOND = new Stamp(2, 1);

  private final SimulatedVolume volume = new SimulatedVolume(new Random(1));
  private final HandMovedTimers timers = new HandMovedTimers();
  private final HandMovedDisk disk = new HandMovedDisk(timers);
  private final List<String> told = new ArrayList<>();

  private DataDirectory directory;
  private Durability kept;
  private Store store;
  private EpochHistory history;

  @BeforeEach
  void holdOne() throws IOException {
    begin();
    complete(null);
    store.apply("k", "v", FIRST);
    disk.finish();
    assertEquals(List.of("complete"), told);
    told.clear();
  }

  /** A life, which holds nothing yet. */
  private void begin() throws IOException {
    begin(volume);
  }

  private void begin(SimulatedVolume volume) throws IOException {
    begin(volume, LogSettings.syncing(0));
  }

  private void begin(SimulatedVolume volume, LogSettings settings) throws IOException {
    LogLines log = new LogLines();
    KeyHash keyHash = new KeyHash(1, 2);
    Sections sections = new Sections(2);
    directory =
        new DataDirectory(volume, "r", 1, Limits.ofTheCSystem(), keyHash, sections, settings, log);
    kept = directory.begin(disk, timers, new Random(2), () -> {});
    disk.finish();
    store =
        new Store(
            Limits.ofTheCSystem(),
            new HybridClock(() -> 0, () -> 0, () -> HybridClock.NO_LIMIT, 1),
            keyHash,
            sections);
    history = new EpochHistory(1);
    kept.begins(store, history);
  }

  private void complete(Store former) {
    kept.complete(former, () -> {}, () -> told.add("complete"));
  }

  private Store foundNext() throws IOException {
    disk.finish();
    begin();
    return directory.takeCopy().store();
  }

  /** A life that catches up, with what was there before. */
  private Store former() throws IOException {
    begin();
    Store former = directory.takeCopy().store();
    store.replace(former);
    return former;
  }

  @Test
  void shouldHoldNothingThatTheSourceHasNoMore() throws IOException {
    Store former = former();
    complete(former);
    disk.finish();
    assertEquals(List.of("complete"), told);

    assertNull(foundNext().find("k"));
  }

  @Test
  void shouldHaveAHigherGenerationAtEachStart() throws IOException {
    Opening first = directory.openings().own(1);
    disk.finish();
    begin();
    Opening second = directory.openings().own(1);

    assertTrue(first.generation() > 0);
    assertTrue(second.generation() > first.generation());
  }

  /** All others may restart while one is frozen that has not gone on with them. */
  @Test
  void shouldKeepWhichOpeningsOfOtherDirectoriesHaveCounted() throws IOException {
    Opening opening = new Opening(-2, 7, -3);
    directory.openings().remember(new Opening(-2, 6, 5));
    directory.openings().remember(opening);
    directory.openings().remember(new Opening(4, 1, 2));
    assertFalse(kept.isSafe(kept.positionOf("any")), "nothing is answered before");
    disk.finish();
    assertTrue(kept.isSafe(kept.positionOf("any")));

    for (int starts = 0; starts < 2; starts++) {
      begin();
      assertEquals(
          List.of(opening, new Opening(4, 1, 2)), List.copyOf(directory.openings().latest()));
    }
  }

  /** So that what begins anew in this moment does not begin with it. */
  @Test
  void shouldSayWhenTheFormerCopyCountsNoMoreThoughTheDiskDoesNotHaveThatYet() throws IOException {
    Store former = former();
    kept.complete(former, () -> told.add("removed"), () -> told.add("complete"));
    timers.pass(0);
    assertEquals(List.of("removed"), told, "it is being forced");

    disk.finish();
    assertEquals(List.of("removed", "complete"), told);
  }

  /** A power cut might take back what others have drawn their conclusions from. */
  @Test
  void shouldTellNothingOfACopyBeforeTheDiskHasIt() throws IOException {
    SimulatedVolume another = new SimulatedVolume(new Random(4));
    begin(another);
    SortedSet<Long> both = new TreeSet<>(Set.of(1L, 2L));
    EpochHistory others = new EpochHistory(2);
    others.keepCompanyWith(3); // which is away now
    assertTrue(others.complete(others.begin(both)));
    Past source = others.past();
    history.takeOver(source, both);

    kept.complete(null, () -> {}, () -> told.add("complete"));
    timers.pass(0);
    assertEquals(Epochs.NONE, kept.past(history).epochs());
    assertEquals(kv.STANDING_NEW, kept.standing());

    disk.finish();
    assertEquals(List.of("complete"), told);
    assertEquals(source.epochs(), kept.past(history).epochs());
    assertEquals(kv.STANDING_COMPLETE, kept.standing());
  }

  /** Or it could never answer reads; but it must not take up all that is in reserve. */
  @Test
  void shouldTakeOverALittleOnAFullDisk() throws IOException {
    volume.limit(volume.usedBytes() - 1000);
    store.apply("l", "v".repeat(2000), FIRST);
    disk.finish();
    assertTrue(kept.isFull());
    assertFalse(kept.hasRoom());

    for (int i = 0; i < 5; i++) {
      kept.whenRoomForAPage(() -> told.add("page"));
      store.apply("m" + i, "v".repeat(1 << 20), FIRST);
      disk.finish();
    }
    assertEquals(List.of("page", "page", "page", "page"), told);
    Runnable stop = kept.whenRoomForAPage(() -> told.add("nobody"));
    stop.run();
    volume.limit(Long.MAX_VALUE);
    timers.pass(5000);
    disk.finish();
    assertTrue(kept.hasRoom());
    assertFalse(told.contains("nobody"));
  }

  /** Somebody settled it after all, while the disk was at it: an acknowledged write. */
  @Test
  void shouldHoldWhatCameAgainWhileTheEndOfACatchUpWasForced() throws IOException {
    Store former = former();
    complete(former);
    timers.pass(0);
    assertEquals(List.of(), told, "it is being forced");

    store.apply("k", "v", FIRST);

    assertEquals("v", foundNext().find("k").value());
  }

  /** A write of its own failed; the others went on without it. */
  @Test
  void shouldHoldWhatIsOlderAtTheSourceInsteadOfItsOwn() throws IOException {
    store.apply("k", "mine", SECOND);
    disk.finish();
    Store former = former();
    store.apply("k", "theirs", FIRST);
    complete(former);

    assertEquals("theirs", foundNext().find("k").value());
    assertEquals(List.of("complete"), told);
  }

  /** Its list of replicas has changed its own name meanwhile. */
  @Test
  void shouldCompleteNothingForAnIncarnationThatIsOver() throws IOException {
    Store former = former();
    complete(former);
    kept.begins(former, new EpochHistory(1));
    disk.finish();

    assertEquals(List.of(), told);
  }

  /** With the wall clock set back meanwhile, it would else write what the delete beats. */
  @Test
  void shouldGoOnFromTheClockOfADeleteThatIsForgottenAndInNoFileAnyMore() throws IOException {
    begin(volume, new LogSettings(0, 8 << 20, 0, 10_000));
    store.replace(directory.takeCopy().store());
    complete(null);
    Stamp delete = new Stamp(1L << 40, 5);
    store.apply("k", null, delete);
    store.settle("k", delete);
    store.drop("k", delete);
    for (int i = 0; i < 100; i++) {
      store.apply("often", "v" + i, new Stamp(3 + i, 1));
      disk.finish();
    }
    assertTrue(volume.list().stream().anyMatch(name -> name.endsWith(".snapshot")));

    Store found = foundNext();
    assertNull(found.find("k"), "it was compacted");
    assertTrue(found.agreedClock() >= delete.clock(), () -> "" + found.agreedClock());
  }

  /** Its text is whole: another release has written it, or a fault. */
  @Test
  void shouldSayThatARecordIsNotUnderstood() throws IOException {
    LogSettings settings = LogSettings.syncing(0);
    Recovered found = Recovery.read(volume, "r", 1, record -> {});
    Log log = new Log(volume, found, settings, disk, timers, new Random(3), new NoListener());
    log.append(new LogRecord.Note((byte) 99, "of a later release"));
    log.begin();
    log.flush();
    disk.finish();

    UnreadableException refusal = assertThrows(UnreadableException.class, this::begin);
    assertEquals(
        "the data directory "
            + volume.place()
            + ": a record in it is not understood: a note of kind 99",
        refusal.getMessage());
  }

  @Test
  void shouldHoldWhatIsNewerThanWhatIsRemoved() throws IOException {
    Store former = former();
    store.apply("k", "w", SECOND);
    complete(former);

    assertEquals("w", foundNext().find("k").value());
  }
}
