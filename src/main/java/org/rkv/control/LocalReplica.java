package org.rkv.control;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.rkv.replica.Main;
import org.rkv.replica.ReplicaName;

/**
 * A replica of this machine.
 *
 * @param name as the replica file has it
 * @param address host and port where it is asked
 * @param files that are kept of it
 * @param directory in which {@code kv_r.sh} is and starts it, without symbolic links
 */
record LocalReplica(ReplicaName name, String address, RunFiles files, Path directory) {
  /**
   * Its process: of our own user, in our own namespaces and in the directory, with the words that a
   * replica of this name is started with. The pid file only tells where to look first, since it may
   * be gone, and the number by now another's. May block for as long as a process takes to become a
   * JVM.
   */
  Optional<LiveProcess> process() throws InterruptedException {
    OptionalLong pid = files.pid();
    if (pid.isPresent()) {
      Optional<LiveProcess> process = LiveProcess.of(pid.getAsLong());
      if (process.isPresent()) {
        process.get().awaitArguments();
        if (isIt(process.get())) {
          return process;
        }
      }
    }
    return LiveProcess.all().filter(this::isIt).findFirst();
  }

  /**
   * What is known of it without asking it.
   *
   * @param optionsHash of what it would be started with now
   */
  Row row(String optionsHash) throws InterruptedException {
    String pid = process().map(process -> Long.toString(process.pid())).orElse(Row.UNKNOWN);
    return Row.ofFiles(files, pid, address, directory.toString(), optionsHash);
  }

  /** A like replica of another directory is another one. */
  private boolean isIt(LiveProcess process) {
    String words = String.join("\0", "", Main.class.getName(), "--host", name.toString(), "");
    return process.isOurs()
        && ("\0" + process.arguments()).contains(words)
        && process.directory().filter(directory::equals).isPresent();
  }
}
