package org.rkv.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rkv.net.FileDescriptors;

/**
 * Notices when the replica file changes. It may be written while it is read, and where all replicas
 * share it all read the same half, so a change counts only when looks {@value #SETTLED_SECONDS}
 * seconds apart have read the same; one that takes out half of the names or more, after {@value
 * #DRASTIC_SECONDS} seconds. A file that cannot be read, or is empty where it was not, keeps the
 * old list: more likely an editor's moment or an accident than a wish to be alone.
 *
 * <p>Not thread-safe; {@link #poll} reads the file, so it may block.
 */
final class ReplicaFileWatch {
  private static final long SETTLED_SECONDS = 2;
  private static final long DRASTIC_SECONDS = 10;

  private final Path path;
  private final int defaultPort;
  private final LongSupplier nanoTime;
  private final Consumer<String> warnings;
  private ReplicaFile current;
  private Change change;
  private String lastWarning;

  /** What the file says and the list does not yet, and since when. */
  private record Change(byte[] bytes, long sinceNanos) {}

  /**
   * Watches from what has been read already.
   *
   * @param defaultPort of a name without a port
   * @param nanoTime monotonic, like {@link System#nanoTime}
   * @param warnings told once of each trouble, one line
   */
  ReplicaFileWatch(
      Path path,
      ReplicaFile current,
      int defaultPort,
      LongSupplier nanoTime,
      Consumer<String> warnings) {
    this.path = path;
    this.current = current;
    this.defaultPort = defaultPort;
    this.nanoTime = nanoTime;
    this.warnings = warnings;
  }

  /**
   * Looks at the file, which is small: times and sizes can lie. Never throws for what is in it.
   *
   * @throws IOException if there was no file descriptor to read it with: then look again, or let it
   *     be {@link #unread}
   * @return the new list, when it names other replicas than before and has done so for long enough;
   *     spellings of one form, order and comments do not count
   */
  Optional<ReplicaFile> poll() throws IOException {
    long lookNanos = nanoTime.getAsLong();
    byte[] bytes;
    ReplicaFile read;
    try {
      bytes = ReplicaFile.bytes(path);
      read = ReplicaFile.of(path, bytes);
    } catch (IOException e) {
      if (FileDescriptors.wereShort(e)) {
        throw e;
      }
      return unread(e);
    }
    if (read.names().isEmpty() && !current.names().isEmpty()) {
      return keep(path + " names no replica any more; the replicas stay as they are");
    }
    Map<String, String> next = namesByText(read);
    Map<String, String> old = namesByText(current);
    if (next.keySet().equals(old.keySet())) {
      change = null;
      lastWarning = null;
      return Optional.empty();
    }
    if (change == null || !Arrays.equals(change.bytes(), bytes)) {
      change = new Change(bytes, nanoTime.getAsLong());
    }
    int names = old.size();
    old.keySet().removeAll(next.keySet());
    boolean isDrastic = names > 0 && 2 * old.size() >= names;
    if (isDrastic) {
      warn(
          String.format(
              "%s takes out %d of %d replicas (%s): that holds in %d seconds if it stays so",
              path, old.size(), names, String.join(", ", old.values()), DRASTIC_SECONDS));
    }
    long neededSeconds = isDrastic ? DRASTIC_SECONDS : SETTLED_SECONDS;
    if (lookNanos - change.sinceNanos() < TimeUnit.SECONDS.toNanos(neededSeconds)) {
      return Optional.empty();
    }
    change = null;
    lastWarning = null;
    current = read;
    return Optional.of(read);
  }

  /** By the one form of an entry. */
  private Map<String, String> namesByText(ReplicaFile file) {
    Map<String, String> names = new LinkedHashMap<>();
    file.names().forEach(name -> names.putIfAbsent(name.text(defaultPort), name.toString()));
    return names;
  }

  /** Keeps the list, since the file cannot be read. */
  Optional<ReplicaFile> unread(IOException why) {
    return keep(why.getMessage() + "; the replicas stay as they are");
  }

  private Optional<ReplicaFile> keep(String warning) {
    change = null;
    warn(warning);
    return Optional.empty();
  }

  private void warn(String warning) {
    if (!warning.equals(lastWarning)) {
      lastWarning = warning;
      warnings.accept(warning);
    }
  }
}
