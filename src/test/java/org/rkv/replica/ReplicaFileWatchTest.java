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

class ReplicaFileWatchTest {
  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();
  private Path file;
  private ReplicaFileWatch watch;

  @BeforeEach
  void watchTwoNames() throws IOException {
    file = directory.resolve("replica");
    write("a\nb\n");
    watch = new ReplicaFileWatch(file, ReplicaFile.read(file), warnings::add);
  }

  @Test
  void shouldSayNothingWhileNothingChanges() {
    assertUnchanged();
    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldGiveTheNewListOnce() throws IOException {
    write("a\nc:7\n");

    assertEquals(Optional.of(ReplicaFile.parse("a c:7")), watch.poll());
    assertUnchanged();
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldNoticeAChangeOfTheSameSizeAndTime() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    write("a\nc\n");
    Files.setLastModifiedTime(file, time);

    assertEquals(Optional.of(ReplicaFile.parse("a c")), watch.poll());
  }

  @Test
  void shouldNoticeAFileThatWasMovedIntoPlace() throws IOException {
    Path other = Files.writeString(directory.resolve("replica.new"), "a b c");
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

    assertEquals(Optional.of(ReplicaFile.parse("a b c")), watch.poll());
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

    assertEquals(Optional.of(ReplicaFile.parse("a b:7")), watch.poll());
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

    assertEquals(Optional.of(ReplicaFile.parse("a b c:1")), watch.poll());
  }

  @Test
  void shouldTakeNamesWhereThereWereNone() throws IOException {
    write("");
    watch = new ReplicaFileWatch(file, ReplicaFile.read(file), warnings::add);
    assertUnchanged();
    write("a");

    assertEquals(Optional.of(ReplicaFile.parse("a")), watch.poll());
    assertEquals(List.of(), warnings);
  }

  private void assertUnchanged() {
    assertEquals(Optional.empty(), watch.poll());
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }
}
