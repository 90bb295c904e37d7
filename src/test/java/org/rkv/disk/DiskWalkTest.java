package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.rkv.disk.DiskLife.Mutant;

/**
 * Random walks over a disk that loses what was not forced; {@code -Drkv.diskSeeds=10000} makes it
 * more of them.
 */
class DiskWalkTest {
  private static final long SEEDS = Long.getLong("rkv.diskSeeds", 1000);

  @Test
  void shouldLoseNothingThatWasToldToBeSafe() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      String complaint = new DiskWalk(seed, new Mutant()).run();
      assertNull(complaint, "walk " + seed + ":\n" + complaint);
    }
  }

  @Test
  void shouldNoticeWritesAcknowledgedBeforeTheForce() {
    assertNoticed(DiskMutants::acknowledgesBeforeTheForce);
  }

  @Test
  void shouldNoticeAPositionComparedOverAVoidBatch() {
    assertNoticed(DiskMutants::comparesOverAVoidBatch);
  }

  @Test
  void shouldNoticeOlderFilesRemovedBeforeTheSnapshotIsNamed() {
    assertNoticed(DiskMutants::removesBeforeItNames);
  }

  @Test
  void shouldNoticeFilesReadThatDoNotCount() {
    assertNoticed(DiskMutants::readsEveryFile);
  }

  @Test
  void shouldNoticeThatNothingIsForcedAtTheStart() {
    assertNoticed(DiskMutants::forcesNothingAtTheStart);
  }

  @Test
  void shouldNoticeADoubtThatIsNotWritten() {
    assertNoticed(DiskMutants::keepsItsDoubtToItself);
  }

  private static void assertNoticed(Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= 1000; seed++) {
      String complaint = new DiskWalk(seed, mutants.get()).run();
      if (complaint != null) {
        System.out.println(
            "noticed in walk "
                + seed
                + ": "
                + complaint.lines().toList().get((int) complaint.lines().count() - 1));
        return;
      }
    }
    fail("not noticed in 1000 walks");
  }
}
