package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplicaCacheTest {
  private static final long NOW = 1_800_000_000;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("cache").resolve("rkv").resolve("replicas");
  }

  private ReplicaCache open() {
    return new ReplicaCache(file);
  }

  @Test
  void shouldKnowNothingAtFirst() {
    assertEquals(List.of(), open().namedBy("db1"));
    assertTrue(open().isStale("db1", NOW));
    assertFalse(Files.exists(file));
  }

  @Test
  void shouldRememberFromRunToRun() {
    open().remember("db1", List.of("db1", "db2:7", "[::1]:7"), NOW);
    open().remember("db9", List.of(), NOW);
    assertEquals(List.of("db1", "db2:7", "[::1]:7"), open().namedBy("db1"));
    assertEquals(List.of(), open().namedBy("db9"));
    assertFalse(open().isStale("db9", NOW));
    assertEquals(List.of(), open().namedBy("db2:7"));
  }

  @Test
  void shouldReplaceWhatIsOld() {
    open().remember("db1", List.of("db1", "db2"), NOW);
    open().remember("db1", List.of("db3"), NOW + 1);
    assertEquals(List.of("db3"), open().namedBy("db1"));
  }

  @Test
  void shouldWantToAskAgainAfterAWhile() {
    open().remember("db1", List.of("db1"), NOW);
    assertFalse(open().isStale("db1", NOW));
    assertFalse(open().isStale("db1", NOW + ReplicaCache.FRESH_SECONDS));
    assertTrue(open().isStale("db1", NOW + ReplicaCache.FRESH_SECONDS + 1));
    assertTrue(open().isStale("db1", NOW - 1), "a clock that was set back");
  }

  @Test
  void shouldLeaveNothingButItsFile() throws IOException {
    open().remember("db1", List.of("db1"), NOW);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void shouldNotRememberWhatIsNoName() {
    open().remember("a b", List.of("db1"), NOW);
    open().remember("", List.of("db1"), NOW);
    open().remember("db1", List.of("x\ny", "", "é", "a b", "db2", "x".repeat(256)), NOW);
    assertEquals(List.of(), open().namedBy("a b"));
    assertFalse(open().isStale("a b", NOW), "it is not to be asked for every time");
    assertEquals(List.of("db2"), open().namedBy("db1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n\n",
        "no time db1",
        "99999999999999999999 db1 db2",
        "1800000000",
        "1800000000 ",
        "1800000000  db1",
        "1800000000 db1 d\u0000b2",
        "\u00ff\u00fe\u0000\u0001",
        "1800000000 db1 db2 db"
      })
  void shouldTakeGarbageForNothing(String garbage) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, garbage + "\r\n1800000000 db7 db8\n" + garbage, ISO_8859_1);
    assertEquals(List.of("db8"), open().namedBy("db7"));
    open().namedBy("db1");
    open().remember("db1", List.of("db3"), NOW);
    assertEquals(List.of("db3"), open().namedBy("db1"));
    assertEquals(List.of("db8"), open().namedBy("db7"));
  }

  @Test
  void shouldTakeAnEndlessFileForNothing() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "1800000000 db1 db2\n".repeat(10_000));
    assertEquals(List.of(), open().namedBy("db1"));
    open().remember("db1", List.of("db3"), NOW);
    assertEquals(List.of("db3"), open().namedBy("db1"));
  }

  /** As a pipe or a device is, at which reading would wait or never end. */
  @Test
  @Timeout(30)
  void shouldNotReadWhatIsNoFile() throws IOException {
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertEquals(List.of(), open().namedBy("db1"));
  }

  @Test
  void shouldForgetTheOldestHostsFirst() {
    for (int i = 0; i < 150; i++) {
      open().remember("db" + i, List.of("other" + i), NOW);
    }
    assertEquals(List.of(), open().namedBy("db0"));
    assertEquals(List.of("other149"), open().namedBy("db149"));
    assertEquals(List.of("other60"), open().namedBy("db60"));
  }

  @Test
  void shouldDoWithoutAPlaceToWrite() throws IOException {
    new ReplicaCache(null).remember("db1", List.of("db1"), NOW);
    assertFalse(new ReplicaCache(null).isStale("db1", NOW));
    Files.writeString(directory.resolve("cache"), "a file where a directory should be");
    open().remember("db1", List.of("db1"), NOW);
    assertEquals(List.of(), open().namedBy("db1"));
  }

  @Test
  void shouldNeverShowHalfAFileToAnotherRun() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      names.add("replica-with-a-long-name-" + i);
    }
    open().remember("db", names, NOW);
    Callable<Void> run =
        () -> {
          for (int i = 0; i < 100; i++) {
            assertEquals(names, open().namedBy("db"));
            open().remember("db", names, NOW + i);
          }
          return null;
        };
    // Writers of one process share a temporary name; those of several do not: one writes here.
    Callable<Void> reader =
        () -> {
          for (int i = 0; i < 200; i++) {
            assertEquals(names, open().namedBy("db"));
          }
          return null;
        };
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (Future<Void> each : threads.invokeAll(List.of(run, reader, reader))) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
