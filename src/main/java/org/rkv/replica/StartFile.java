package org.rkv.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The replica file as a replica reads it when it starts. Half of it may be written at that moment;
 * who reads no more of it than its own name, or nothing, would begin another cluster and answer its
 * clients. So one that names nobody else counts only when it has been the same for {@value
 * #SETTLED_SECONDS} seconds: by its time of modification, or as far as it was looked at here.
 *
 * <p>Not thread-safe; reads the file, so it may block.
 */
final class StartFile {
  private static final long SETTLED_SECONDS = 5;

  private final Path path;
  private final LongSupplier nanoTime;
  private byte[] bytes;
  private ReplicaFile file;
  private long sinceNanos;
  private long modifiedMillis;

  /**
   * Not looked at yet.
   *
   * @param nanoTime monotonic, like {@link System#nanoTime}
   */
  StartFile(Path path, LongSupplier nanoTime) {
    this.path = path;
    this.nanoTime = nanoTime;
  }

  /**
   * Reads it.
   *
   * @throws IOException with one clear line, if that was the first look; what cannot be read later
   *     is as it was
   */
  ReplicaFile look() throws IOException {
    long lookNanos = nanoTime.getAsLong();
    try {
      byte[] now = ReplicaFile.bytes(path);
      if (!Arrays.equals(now, bytes)) {
        file = ReplicaFile.of(path, now);
        bytes = now;
        sinceNanos = lookNanos;
      }
      modifiedMillis = Files.getLastModifiedTime(path).toMillis();
    } catch (IOException e) {
      if (file == null) {
        throw e;
      }
      sinceNanos = lookNanos;
      modifiedMillis = Long.MAX_VALUE;
    }
    return file;
  }

  /** What it said at the last look. */
  ReplicaFile file() {
    return file;
  }

  /**
   * Why a replica may not begin with what it said at the last look, for people; null if it may.
   *
   * @param self by that look
   * @param defaultPort of a name without a port
   */
  String whyWait(Identity self, int defaultPort) throws IOException {
    boolean isAlone = self.othersIn(file.entries(defaultPort, host -> List.of())).isEmpty();
    return isAlone && !isSettled()
        ? path
            + " names no other replica, and may be half written: it counts when it has been the"
            + " same for "
            + SETTLED_SECONDS
            + " seconds"
        : null;
  }

  /** A time to come says nothing. */
  private boolean isSettled() {
    long settledMillis = TimeUnit.SECONDS.toMillis(SETTLED_SECONDS);
    return modifiedMillis < System.currentTimeMillis() - settledMillis
        || nanoTime.getAsLong() - sinceNanos >= TimeUnit.SECONDS.toNanos(SETTLED_SECONDS);
  }
}
