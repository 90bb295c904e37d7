package org.rkv.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Notices when the replica file changes. A file that cannot be read, or is empty where it was not,
 * keeps the old list: more likely an editor's moment or an accident than a wish to be alone. Not
 * thread-safe; {@link #poll} reads the file, so it may block.
 */
final class ReplicaFileWatch {
  private final Path path;
  private final Consumer<String> warnings;
  private ReplicaFile current;
  private String lastWarning;

  /**
   * Watches from what has been read already.
   *
   * @param warnings told once of each trouble, one line
   */
  ReplicaFileWatch(Path path, ReplicaFile current, Consumer<String> warnings) {
    this.path = path;
    this.current = current;
    this.warnings = warnings;
  }

  /**
   * Reads the file, which is small: times and sizes can lie. Never throws for what is in the file.
   *
   * @return the new list, if it names other replicas than before; order and comments do not count
   */
  Optional<ReplicaFile> poll() {
    ReplicaFile read;
    try {
      read = ReplicaFile.read(path);
    } catch (IOException e) {
      warn(e.getMessage() + "; the replicas stay as they are");
      return Optional.empty();
    }
    if (read.names().isEmpty() && !current.names().isEmpty()) {
      warn(path + " names no replica any more; the replicas stay as they are");
      return Optional.empty();
    }
    lastWarning = null;
    if (Set.copyOf(read.names()).equals(Set.copyOf(current.names()))) {
      return Optional.empty();
    }
    current = read;
    return Optional.of(read);
  }

  private void warn(String warning) {
    if (!warning.equals(lastWarning)) {
      lastWarning = warning;
      warnings.accept(warning);
    }
  }
}
