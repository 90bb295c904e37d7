package org.rkv.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rkv.replica.DataPlace;

/**
 * A replica of this machine before it is started or restarted, and what that would take away from
 * it.
 *
 * @param replica with what it would be started with now
 * @param words that it was started with; empty if it does not run
 */
record RunningReplica(LocalReplica replica, Optional<ReplicaWords> words) {
  /** Looks at its process, whether or not it answers. */
  static RunningReplica of(LocalReplica replica) throws InterruptedException {
    return new RunningReplica(replica, replica.process().flatMap(ReplicaWords::of));
  }

  /**
   * Why what it holds, or has kept, would not be there when it comes back, if nobody else holds it.
   * What has been moved away from where it was kept while it does not run was meant to be.
   *
   * @param data directory that it would have then; empty if it would be in memory only
   */
  Optional<String> dataFault(Optional<Path> data) throws IOException {
    Optional<Path> kept =
        words.isPresent()
            ? dataOf(words.get())
            : replica.files().lastData().filter(DataPlace::isWritten);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    Path present = kept.get();
    if (data.isEmpty() || !isSame(present, data.get())) {
      return Optional.of(
          String.format(
              "it keeps what it holds in %s, and would come back %s: set RKV_DATA as before; to"
                  + " leave that directory, say --other-data",
              present, data.map(other -> "with " + other).orElse("in memory only")));
    }
    return DataPlace.isWritten(present)
        ? Optional.empty()
        : Optional.of(
            String.format(
                "%s does not hold any more what it has kept there, and it would come back empty:"
                    + " stop and start it alone, while another one serves",
                present));
  }

  /** Where a process with these words keeps what it holds. */
  private Optional<Path> dataOf(ReplicaWords of) {
    return of.data().isEmpty()
        ? Optional.empty()
        : Optional.of(replica.directory().resolve(of.data()).normalize());
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    return one.equals(other)
        || Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
  }

  /** Why the others would not find it when it comes back. */
  Optional<String> portFault() {
    int port = replica.port();
    return words
        .map(ReplicaWords::port)
        .filter(present -> present != port)
        .map(
            present ->
                String.format(
                    "it is at port %d, and would come back at port %d, where nobody looks for it",
                    present, port));
  }
}
