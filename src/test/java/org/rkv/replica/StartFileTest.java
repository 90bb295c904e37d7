package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.NameResolver;
import org.rkv.testing.LongAgo;

/** The replica file of 127.0.0.1, which starts while somebody writes it. */
class StartFileTest {
  private static final int PORT = 20456;
  private static final String OWN = "127.0.0.1";

  @TempDir Path directory;
  private Path path;
  private StartFile file;
  private long nowNanos;

  @BeforeEach
  void name() {
    path = directory.resolve("replica");
    file = new StartFile(path, () -> nowNanos);
  }

  private void says(String text) throws IOException {
    Files.writeString(path, text);
  }

  private String look() throws IOException {
    ReplicaFile read = file.look();
    Identity self = Identity.find(OWN, PORT, read, NameResolver.ofTheSystem(), ThisHost.find());
    return file.whyWait(self, PORT);
  }

  private void pass(long seconds) {
    nowNanos += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void shouldCountAtOnceWhereItNamesAnother() throws Exception {
    says(OWN + " 127.0.0.2");
    assertNull(look());
  }

  @Test
  void shouldCountAtOnceWhereNobodyHasWrittenItForLong() throws Exception {
    says(OWN);
    LongAgo.modified(path);
    assertNull(look());
  }

  @Test
  void shouldSayThatItMayBeHalfWrittenWhereItNamesNobodyElse() throws Exception {
    for (String half : new String[] {OWN, "", "# the replicas of"}) {
      says(half);
      assertEquals(
          path
              + " names no other replica, and may be half written: it counts when it has been the"
              + " same for 5 seconds",
          look());
    }
  }

  @Test
  void shouldCountWhenItHasBeenTheSameForFiveSeconds() throws Exception {
    says(OWN);
    look();
    pass(4);
    assertNotNull(look());
    says(OWN + "\n");
    assertNotNull(look());
    pass(4);
    assertNotNull(look());
    pass(1);
    assertNull(look());
  }

  @Test
  void shouldNotBelieveATimeToCome() throws Exception {
    says(OWN);
    Files.setLastModifiedTime(path, FileTime.from(Instant.now().plus(Duration.ofHours(1))));
    assertNotNull(look());
    pass(5);
    assertNull(look());
  }

  @Test
  void shouldBeAsItWasWhileItCannotBeRead() throws Exception {
    assertThrows(IOException.class, this::look);
    says(OWN);
    look();
    Files.delete(path);
    pass(5);
    assertNotNull(look());
    says(OWN + " 127.0.0.2");
    assertNull(look());
  }
}
