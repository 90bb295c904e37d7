package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.ReplicaName;

class RollRecordTest {
  private static final ReplicaName NAME = new ReplicaName("a", 0);
  private static final AnsweringProcess PROCESS = new AnsweringProcess(7, 8, "/d", "", 0);

  @TempDir Path directory;

  @Test
  void shouldKnowWhoWasRestartedAsLongAsJarAndSettingsAreTheSame() throws Exception {
    assertFalse(record("jar 1").isToBeGoneOnWith());
    record("jar 1").begin();
    record("jar 1").add(NAME, PROCESS);

    assertTrue(record("jar 1").isToBeGoneOnWith());
    assertTrue(record("jar 1").has(NAME, PROCESS));
    assertFalse(record("jar 2").isToBeGoneOnWith());
    record("jar 1").end();
    assertFalse(record("jar 1").isToBeGoneOnWith());
  }

  @Test
  void shouldNotTakeAnotherProcessForTheOneThatWasRestarted() throws Exception {
    record("jar").begin();
    record("jar").add(NAME, PROCESS);

    assertFalse(record("jar").has(NAME, new AnsweringProcess(7, 9, "/d", "", 0)));
    assertFalse(record("jar").has(NAME, AnsweringProcess.UNKNOWN));
    assertFalse(record("jar").has(new ReplicaName("b", 0), PROCESS));
  }

  /** Without the name an operator would not know which disk is full. */
  @Test
  void shouldNameItsFileWhereTheDiskIsFull() throws Exception {
    Path file = directory.resolve("run/restart.done");
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, Path.of("/dev/full"));

    for (Executable write :
        List.<Executable>of(() -> record("jar").begin(), () -> record("jar").add(NAME, PROCESS))) {
      String message = assertThrows(IOException.class, write).getMessage();
      assertTrue(message.startsWith(file + ": "), message);
    }
  }

  private RollRecord record(String fingerprint) {
    return new RollRecord(directory.resolve("run/restart.done"), fingerprint);
  }
}
