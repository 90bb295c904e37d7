package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/** What the table says of a data directory. */
class KeptDataTest {
  private static final Row ROW = new Row("a", "a:1", "1", "serving", "log", "-", "-");

  private final Status status = InquiryTest.serving();
  private final DataStatus data = status.data;

  private void keepOnDisk() {
    data.directory = "/srv/rkv/a";
    data.standing = kv.STANDING_COMPLETE;
  }

  private StatusTable table() {
    StatusTable table = new StatusTable();
    table.add(ROW, Answer.of(status));
    return table;
  }

  @Test
  void shouldTellMemoryFromDisk() {
    assertEquals("memory", KeptData.of(data).column());
    keepOnDisk();
    assertEquals(new KeptData("disk", data.directory, List.of()), KeptData.of(data));
  }

  @Test
  void shouldSayWhereItIsIfARestartWouldTakeTheReplicaAwayFromIt() {
    keepOnDisk();
    StatusTable same = new StatusTable();
    same.add(rowOf("/srv/rkv/a"), Answer.of(status));
    assertEquals(2, same.lines().size());
    StatusTable other = new StatusTable();
    other.add(rowOf("memory"), Answer.of(status));

    assertTrue(other.lines().get(1).endsWith("other options"), other.lines()::toString);
    assertEquals(
        "a keeps what it holds in /srv/rkv/a, and would be started now with it in memory only",
        other.lines().get(2));
  }

  private static Row rowOf(String data) {
    return new Row("a", "a:1", "1", "serving", "log", "-", "-", data);
  }

  @ParameterizedTest
  @CsvSource({"1, behind", "2, behind", "3, doubtful", "4, disk"})
  void shouldSayWhetherAllIsThere(int standing, String column) {
    keepOnDisk();
    data.standing = standing;

    assertEquals(column, KeptData.of(data).column());
  }

  /** There should have been data, perhaps, and its disk is not mounted. */
  @Test
  void shouldSayThatADirectoryWasEmpty() {
    keepOnDisk();
    data.was_empty = true;

    assertEquals("new", KeptData.of(data).column());
  }

  @Test
  void shouldSayHowFarTheDiskIsBehindIfThatIsLong() {
    keepOnDisk();
    data.unforced_bytes = 4711;
    data.unforced_millis = 61_000;

    assertEquals(
        "a: 4711 bytes are not on the disk yet, the oldest for 61 s", table().lines().get(2));
  }

  @Test
  void shouldNotTakeOneWithAFullDiskForWell() {
    keepOnDisk();
    data.full = true;
    for (int i = 0; i < status.peers.length; i++) {
      status.peers[i].reachable = true;
    }

    StatusTable table = table();

    assertEquals("disk-full", Answer.of(status).writes());
    assertEquals(
        "a: the disk of its data directory is full: writes fail until there is room",
        table.lines().get(2));
    assertFalse(table.isAllWell());
  }
}
