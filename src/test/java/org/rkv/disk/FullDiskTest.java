package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rkv.testing.Requirements;

/** What a full disk does to the log, and that nothing of it is left when there is room again. */
class FullDiskTest {
  private static final LogSettings WITHOUT_RESERVE = new LogSettings(0, 16 << 10, 0, 4 << 10);

  private SimulatedVolume volume = new SimulatedVolume(new Random(1));

  @Test
  void shouldLoseNothingWhereverTheDiskIsFullAndGoOnByItself() throws IOException {
    for (int room = 0; room < 6 * Block.BYTES; room++) {
      volume = new SimulatedVolume(new Random(room));
      DiskLife life = DiskLife.begun(volume, WITHOUT_RESERVE);
      life.putForced("before", "1", 1);
      volume.limit(volume.usedBytes() + room);
      List<String> told = new ArrayList<>(List.of("before"));
      for (int i = 0; i < 3; i++) {
        String key = "k" + i;
        long position = life.put(DiskLife.entry(key, "x".repeat(700), i + 2));
        life.log.whenForced(position, () -> told.add(key));
        life.log.flush();
        life.worker.finish();
      }
      SimulatedVolume asItIs = volume.copy();
      asItIs.cutPower();
      assertTrue(keys(asItIs).containsAll(told), "room " + room);

      volume.limit(Long.MAX_VALUE);
      life.timers.pass(1000);
      life.worker.finish();
      life.timers.pass(1000);
      life.worker.finish();

      assertEquals(List.of("before", "k0", "k1", "k2"), told, "room " + room);
      assertTrue(life.log.hasRoom());
      volume.cutPower();
      assertTrue(keys(volume).containsAll(told), "room " + room);
    }
  }

  private static Set<String> keys(SimulatedVolume of) throws IOException {
    return DiskLife.begun(of.copy(), WITHOUT_RESERVE).store.keySet();
  }

  @Test
  void shouldGiveUpItsReserveForWhatWasAppendedAndTakeNoMoreEntries() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    volume.limit(volume.usedBytes());

    life.putForced("last", "value", 1);

    assertTrue(life.log.isFull());
    assertFalse(life.log.hasRoom());
    assertTrue(life.log.hasRoomForOthers());
    assertFalse(volume.list().contains("reserve"));
    long position = life.put(new LogRecord.Meta((byte) 1, "promise", 1, "p"));
    life.log.flush();
    life.worker.finish();
    assertEquals(position, life.log.forced());
    volume.limit(Long.MAX_VALUE);
    life.timers.pass(1000);
    life.worker.finish();
    assertTrue(life.log.hasRoom());
    assertTrue(volume.list().contains("reserve"));
    assertEquals(List.of("full: no space", "room again"), life.lines);
  }

  @Test
  void shouldKeepPositionsBehindAVoidBatchBack() throws IOException {
    DiskLife life = DiskLife.begun(volume, WITHOUT_RESERVE);
    volume.limit(volume.usedBytes());
    long first = life.put(DiskLife.entry("k", "old", 1));
    life.log.flush();
    life.worker.finish();
    long second = life.put(DiskLife.entry("k", "new", 2));
    life.log.flush();
    life.worker.finish();
    assertTrue(life.log.forced() < first);

    volume.limit(Long.MAX_VALUE);
    life.timers.pass(1000);
    life.worker.finish();

    assertEquals(second, life.log.forced());
    assertEquals("new", DiskLife.begun(volume).value("k"));
  }

  @Test
  void shouldStartOnAFullDiskWithItsReserve() throws IOException {
    DiskLife.begun(volume).putForced("k", "v", 1);
    volume.limit(volume.usedBytes());

    DiskLife next = DiskLife.begun(volume);

    assertEquals("v", next.value("k"));
    assertEquals(0, next.log.forced());
    assertTrue(next.log.isFull());
  }

  @Test
  void shouldReadOnAFullDiskWithoutReserveAndCountWhenThereIsRoom() throws IOException {
    DiskLife.begun(volume, WITHOUT_RESERVE).putForced("k", "v", 1);
    volume.limit(volume.usedBytes());

    DiskLife next = DiskLife.begun(volume, WITHOUT_RESERVE);

    assertEquals("v", next.value("k"));
    assertEquals(-1, next.log.forced());
    volume.limit(Long.MAX_VALUE);
    next.timers.pass(1000);
    next.worker.finish();
    assertEquals(0, next.log.forced());
  }

  @Test
  void shouldMakeRoomOfWhatABrokenCompactionHasLeft() throws IOException {
    DiskLife.begun(volume, WITHOUT_RESERVE).putForced("k", "v", 1);
    volume.put("00000099.snapshot", new byte[4096]);
    volume.limit(volume.usedBytes());

    DiskLife next = DiskLife.begun(volume, WITHOUT_RESERVE);

    assertEquals(0, next.log.forced());
    assertFalse(volume.list().contains("00000099.snapshot"));
  }

  @Test
  void shouldLeaveNothingOfTenCompactionsThatFail() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    for (int i = 0; i < 50; i++) {
      life.putForced("k" + i, "x".repeat(500), i + 1);
    }
    for (int i = 0; i < 10; i++) {
      List<String> before = snapshots();
      volume.limit(volume.usedBytes() + 1100 + 2500L * i);
      life.log.compact(i == 0 ? life : life.claimingToBeSmall());
      life.worker.finish();
      volume.limit(Long.MAX_VALUE);

      assertEquals(before, snapshots());
      assertTrue(life.lines.get(i).startsWith("not compacted"), life.lines.toString());
      assertFalse(life.log.isCompactionDue(1));
      life.timers.pass(60_000);
      assertTrue(life.log.isCompactionDue(1));
    }
    life.log.compact(life);
    life.worker.finish();

    assertEquals(1, snapshots().size());
    assertEquals(life.store, DiskLife.begun(volume).store);
  }

  /** Such tries, one a minute, would leave a manifest some day that is too long to be read. */
  @Test
  void shouldBeginNoLogForACompactionThatHasNoRoom() throws IOException {
    DiskLife life = DiskLife.begun(volume);
    for (int i = 0; i < 50; i++) {
      life.putForced("k" + i, "x".repeat(500), i + 1);
    }
    List<String> before = volume.list();
    volume.limit(volume.usedBytes() + 1100);
    for (int i = 0; i < 10; i++) {
      life.log.compact(life);
      life.worker.finish();

      assertTrue(life.lines.get(i).startsWith("not compacted: it takes"), life.lines.toString());
      assertEquals(before, volume.list());
    }
  }

  private List<String> snapshots() {
    return volume.list().stream().filter(FileHeader::isSnapshot).toList();
  }

  @Test
  void shouldKnowAFullDiskByWhatTheSystemSays() throws IOException {
    Requirements.file("/dev/full", "Linux");
    try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
      full.write(ByteBuffer.allocate(1));
    } catch (IOException e) {
      assertInstanceOf(DiskFullException.class, FullDisk.sortedOut(e));
    }
    IOException error = new IOException("Input/output error");
    assertEquals(error, FullDisk.sortedOut(error));
    assertInstanceOf(
        DiskFullException.class, FullDisk.sortedOut(new IOException("Disk quota exceeded")));
    assertEquals(IOException.class, FullDisk.sortedOut(new IOException((String) null)).getClass());
  }

  @Test
  void shouldEndAtAnErrorOfTheDiskAndNeverWriteAgain() throws IOException {
    DiskLife life = DiskLife.begun(volume).putForced("k", "safe", 1);
    volume.failForces(1, 0);
    List<String> told = new ArrayList<>();
    life.log.whenForced(life.put(DiskLife.entry("k", "lost", 2)), () -> told.add("lost"));
    life.log.flush();
    life.worker.finish();
    assertInstanceOf(IOException.class, life.worker.failure());
    volume.failForces(0, 0);
    volume.operations().clear();

    life.put(DiskLife.entry("k", "later", 3));
    life.log.flush();
    life.timers.pass(100_000);
    life.worker.finish();

    assertEquals(List.of(), volume.operations());
    assertEquals(List.of(), told);
  }

  /** The kernel holds what the disk has not, and says at the next force that all is well. */
  @Test
  void shouldSurviveAForceThatFailedARestartAndAPowerCut() throws IOException {
    DiskLife life = DiskLife.begun(volume).putForced("k", "safe", 1);
    volume.failForces(1, 0);
    life.put(DiskLife.entry("k", "perhaps", 2));
    life.log.flush();
    life.worker.finish();
    volume.failForces(0, 0);
    DiskLife next = DiskLife.begun(volume);
    assertEquals("perhaps", next.value("k"));
    assertEquals(0, next.log.forced());

    volume.cutPower();

    assertEquals("perhaps", DiskLife.begun(volume).value("k"));
    assertNull(life.value("other"));
  }
}
