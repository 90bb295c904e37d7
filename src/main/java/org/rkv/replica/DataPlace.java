package org.rkv.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rkv.disk.FileVolume;

/**
 * A directory below which each replica of a machine keeps what it holds, in one of its own that has
 * its name. A replica is the same one however its name is written in the replica file now: nothing
 * is left behind, and none starts empty, since a port was added there. Immutable.
 *
 * @param parent of the directories of replicas
 */
public record DataPlace(Path parent) {
  /**
   * The directory of a replica, by its own name: the one that is there, in whatever spelling, or
   * else the one that is to be made.
   *
   * @param defaultPort of names without a port
   * @throws IOException with one clear line if it cannot be told which, or if the replica has one
   *     under the name of another replica
   */
  public String directoryOf(ReplicaName name, int defaultPort) throws IOException {
    List<String> all = directories();
    List<String> ours =
        all.stream().filter(each -> isOf(each, name, defaultPort)).sorted().toList();
    List<String> written =
        ours.stream().filter(each -> FileVolume.isWritten(parent.resolve(each))).toList();
    if (written.size() > 1) {
      throw new IOException(
          String.format(
              "%s and %s are both of replica %s: move the one away that is not to be used",
              parent.resolve(written.get(0)),
              parent.resolve(written.get(1)),
              name.text(defaultPort)));
    }
    if (written.size() == 1) {
      return written.get(0);
    }
    if (ours.isEmpty()) {
      refuseElsewhere(all, name, defaultPort);
    }
    return ours.isEmpty() || ours.contains(name.toString()) ? name.toString() : ours.get(0);
  }

  /** Whether a replica has kept something in this directory. */
  public static boolean isWritten(Path directory) {
    return FileVolume.isWritten(directory);
  }

  private static boolean isOf(String directory, ReplicaName name, int defaultPort) {
    return directory.equals(name.toString())
        || ReplicaFile.nameIn(directory)
            .filter(named -> named.isOneEntryWith(name, defaultPort))
            .isPresent();
  }

  /** As when the port of all was another one, when its directory got its name. */
  private void refuseElsewhere(List<String> all, ReplicaName name, int defaultPort)
      throws IOException {
    String text = name.text(defaultPort);
    for (String each : all) {
      Optional<String> writer = FileVolume.writer(parent.resolve(each));
      if (writer.filter(text::equals).isPresent()) {
        throw new IOException(
            String.format(
                "%s was written by replica %s, which has no directory %s: rename it; or make that"
                    + " one, if the replica is to start empty",
                parent.resolve(each), text, parent.resolve(name.toString())));
      }
    }
  }

  private List<String> directories() throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of(); // which the replica says
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .toList();
    }
  }
}
