package org.rkv.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.rkv.testing.Requirements;

/**
 * A wall clock for some processes, which a test can set: libfaketime, of the Debian package
 * faketime. The monotonic clock of the processes is this machine's.
 */
final class FakeTime {
  private static final Map<String, String> TRIPLETS =
      Map.of("amd64", "x86_64-linux-gnu", "aarch64", "aarch64-linux-gnu");

  /** The library looks once a second how far its clock is ahead. */
  private static final Duration SEEN = Duration.ofMillis(1500);

  private final Path library;
  private final Path file;

  private FakeTime(Path library, Path file) throws IOException {
    this.library = library;
    this.file = file;
    write(Duration.ZERO);
  }

  /** Right as yet; skips the calling test where the library is missing. */
  static FakeTime in(Path directory) throws IOException {
    String triplet = TRIPLETS.getOrDefault(System.getProperty("os.arch"), "none");
    Path library = Path.of("/usr/lib", triplet, "faketime", "libfaketime.so.1");
    Requirements.file(library.toString(), "faketime");
    return new FakeTime(library, directory.resolve("clock"));
  }

  /**
   * What makes it the clock of a process. What the library does by itself for waits on the
   * monotonic clock makes each of a JVM end at once, so that its own threads wait in a busy loop.
   */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file.toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_FORCE_MONOTONIC_FIX", "0",
        "NO_FAKE_STAT", "1");
  }

  /** Sets it, so much ahead of this machine's; returns when all processes have it. */
  void setAhead(Duration duration) throws IOException, InterruptedException {
    write(duration);
    Thread.sleep(SEEN.toMillis()); // nothing tells that a process has looked
  }

  /** Sets it, so much ahead of this machine's; processes have it within a second or so. */
  void write(Duration ahead) throws IOException {
    Path fresh = file.resolveSibling("clock.new");
    Files.writeString(fresh, "%+d%n".formatted(ahead.toSeconds()));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
