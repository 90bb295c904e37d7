package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.FileDescriptors;
import org.rkv.net.HandMovedTimers;

class ReplicaFileWatchTest {
  private static final int PORT = 20456;
  private static final long SETTLED_MILLIS = 2000;
  private static final long DRASTIC_MILLIS = 10_000;

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();
  private final HandMovedTimers clock = new HandMovedTimers();
  private Path file;
  private ReplicaFileWatch watch;

  @BeforeEach
  void watchTwoNames() throws IOException {
    file = directory.resolve("replica");
    write("a\nb\n");
    watch = watch();
  }

  @Test
  void shouldSayNothingWhileNothingChanges() throws IOException {
    assertUnchanged();
    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldGiveTheNewListOnce() throws IOException {
    write("a\nb\nc:7\n");

    assertChangesTo("a b c:7", SETTLED_MILLIS);
    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldNoticeAChangeOfTheSameSizeAndTime() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    write("a\nc\n");
    Files.setLastModifiedTime(file, time);

    assertChangesTo("a c", DRASTIC_MILLIS);
  }

  @Test
  void shouldNoticeAFileThatWasMovedIntoPlace() throws IOException {
    Path other = Files.writeString(directory.resolve("replica.new"), "a b c");
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

    assertChangesTo("a b c", SETTLED_MILLIS);
  }

  @Test
  void shouldNotTakeCommentsOrderAndDuplicatesForAChange() throws IOException {
    write("# two of them\nb a\tb # again");

    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldNoticeANewPort() throws IOException {
    write("a b:7");

    assertChangesTo("a b:7", DRASTIC_MILLIS);
  }

  @Test
  void shouldKeepTheListWhileTheFileIsAwayAndSaySoOnce() throws IOException {
    Files.delete(file);
    assertUnchanged();
    assertUnchanged();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).startsWith("no replica file: " + file), warnings::toString);

    write("a b");
    assertUnchanged();
    assertEquals(1, warnings.size());
  }

  @Test
  void shouldKeepTheListWhenTheFileIsEmptied() throws IOException {
    write("");
    assertUnchanged();
    write("# nobody");
    assertUnchanged();

    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("names no replica any more"), warnings::toString);
  }

  @Test
  void shouldKeepTheListWhenTheFileCannotBeUnderstood() throws IOException {
    write("a b c:x");
    assertUnchanged();
    assertUnchanged();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("line 1: \"c:x\""), warnings::toString);
  }

  @Test
  void shouldReportEachNewTrouble() throws IOException {
    write("a b c:x");
    assertUnchanged();
    write("a b c:y");
    assertUnchanged();
    write("a b");
    assertUnchanged();
    write("a b c:y");
    assertUnchanged();

    assertEquals(3, warnings.size(), warnings::toString);
  }

  @Test
  void shouldTakeTheListThatComesAfterATrouble() throws IOException {
    write("a b c:x");
    assertUnchanged();
    write("a b c:1");

    assertChangesTo("a b c:1", SETTLED_MILLIS);
  }

  @Test
  void shouldTakeNamesWhereThereWereNone() throws IOException {
    write("");
    watch = watch();
    assertUnchanged();
    write("a");

    assertChangesTo("a", SETTLED_MILLIS);
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldWaitUntilTheFileIsWhole() throws IOException {
    write("a\nb\nc\nd\ne\n");
    watch = watch();
    write("a\nb\nc\nd\ne\nf\n");
    assertUnchanged();
    clock.pass(1000);
    write("a\nb\nc\nd\n"); // now it is being written
    assertUnchanged();
    clock.pass(1999);
    assertUnchanged();
    write("a\nb\nc\nd\ne\ng\n");

    assertChangesTo("a b c d e g", SETTLED_MILLIS);
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldBeginToWaitAnewAfterEachOtherLook() throws IOException {
    for (int i = 0; i < 20; i++) {
      write("a\nb\nc\n# " + i);
      assertUnchanged();
      clock.pass(1000);
      assertUnchanged();
      clock.pass(999);
    }
    Files.delete(file);
    assertUnchanged();
    write("a b c");
    assertChangesTo("a b c", SETTLED_MILLIS);
  }

  /** Five replicas on one directory read the same half at the same moment, and agree. */
  @Test
  void shouldWaitLongerAndWarnAtOnceWhenHalfOfTheNamesIsTakenOut() throws IOException {
    write("a\nb\nc\nd\n");
    watch = watch();
    write("a\nb\ne\nf\n");

    assertChangesTo("a b e f", DRASTIC_MILLIS);
    assertEquals(
        List.of(
            file + " takes out 2 of 4 replicas (c, d): that holds in 10 seconds if it stays so"),
        warnings);
  }

  @Test
  void shouldNotTakeAHalfThatIsMendedInTime() throws IOException {
    write("a\n");
    assertUnchanged();
    clock.pass(9999);
    assertUnchanged();
    write("a\nb\n");
    assertUnchanged();
    clock.pass(DRASTIC_MILLIS);
    assertUnchanged();
    assertEquals(1, warnings.size(), warnings::toString);

    write("a\n");
    assertChangesTo("a", DRASTIC_MILLIS);
    assertEquals(2, warnings.size(), warnings::toString);
  }

  @Test
  void shouldNotTakeOtherSpellingsOfTheSameForAChange() throws IOException {
    write("127.0.0.1 alpha ::1 b");
    watch = watch();
    write("b. ALPHA:20456 [0::1] 127.0.0.01 alpha");

    assertUnchanged();
    clock.pass(DRASTIC_MILLIS);
    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldLookAgainWhereThereIsNoFileDescriptorAndSayThatIfItStaysSo() throws IOException {
    IOException failure = new IOException("the replica file cannot be read: Too many open files");
    assertTrue(FileDescriptors.wereShort(failure));
    watch.unread(failure);
    watch.unread(failure);
    assertEquals(List.of(failure.getMessage() + "; the replicas stay as they are"), warnings);
  }

  private ReplicaFileWatch watch() throws IOException {
    return new ReplicaFileWatch(file, ReplicaFile.read(file), PORT, clock::nanoTime, warnings::add);
  }

  /** Not a moment earlier. */
  private void assertChangesTo(String names, long afterMillis) throws IOException {
    assertUnchanged();
    clock.pass(afterMillis - 1);
    assertUnchanged();
    clock.pass(1);
    assertEquals(Optional.of(ReplicaFile.parse(names)), watch.poll());
  }

  private void assertUnchanged() throws IOException {
    assertEquals(Optional.empty(), watch.poll());
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }
}
