package org.rkv.control;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
        if (isOfHere(process.get()) && (isThisEntry(process.get()) || isSpelledSo(process.get()))) {
          return process;
        }
      }
    }
    List<LiveProcess> here = LiveProcess.all().filter(this::isOfHere).toList();
    Optional<LiveProcess> entry = here.stream().filter(this::isThisEntry).findFirst();
    return entry.isPresent() ? entry : here.stream().filter(this::isSpelledSo).findFirst();
  }

  /**
   * What is known of it without asking it.
   *
   * @param optionsHash of what it would be started with now
   * @param data directory that it would be started with now
   */
  Row row(String optionsHash, String data) throws InterruptedException {
    String pid = process().map(process -> Long.toString(process.pid())).orElse(Row.UNKNOWN);
    return Row.ofFiles(name, files, pid, address, directory.toString(), optionsHash, data);
  }

  /** A like replica of another directory is another one. */
  private boolean isOfHere(LiveProcess process) {
    return ReplicaWords.of(process).isPresent()
        && process.isOurs()
        && process.directory().filter(directory::equals).isPresent();
  }

  /** Where it is asked. */
  int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** The same, asked at another port. */
  LocalReplica at(int port) {
    String there = new ReplicaName(name.host(), port).toString();
    return new LocalReplica(name, there, files, directory);
  }

  private boolean isThisEntry(LiveProcess process) {
    String here = name.text(port());
    return ReplicaWords.of(process).flatMap(ReplicaWords::entry).filter(here::equals).isPresent();
  }

  /** It may have been started at another port than the one that would be given to it now. */
  private boolean isSpelledSo(LiveProcess process) {
    return ReplicaWords.of(process)
        .filter(words -> words.host().equals(name.toString()))
        .isPresent();
  }
}
