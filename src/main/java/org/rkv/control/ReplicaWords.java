package org.rkv.control;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.EffectiveOptions;
import org.rkv.replica.Main;
import org.rkv.replica.ReplicaFile;

/**
 * What a process of a replica was started with by {@code kv_r.sh}, which gives it {@code --host}
 * first.
 *
 * @param host as the replica file had it then
 * @param options all that follows
 */
record ReplicaWords(String host, List<String> options) {
  /** Those of a process; empty if it is not a replica. */
  static Optional<ReplicaWords> of(LiveProcess process) {
    List<String> words = process.words();
    int first = Collections.indexOfSubList(words, List.of(Main.class.getName(), "--host"));
    return first < 0 || first + 2 >= words.size()
        ? Optional.empty()
        : Optional.of(
            new ReplicaWords(words.get(first + 2), words.subList(first + 3, words.size())));
  }

  /** The port that it listens at, which {@code --host} says first, then {@code --port}. */
  int port() {
    int port = ReplicaFile.nameIn(host).map(name -> name.portOr(0)).orElse(0);
    if (port != 0) {
      return port;
    }
    String given = EffectiveOptions.last("--port", options);
    return given.matches("[0-9]{1,5}") ? Integer.parseInt(given) : KvProgram.DEFAULT_PORT;
  }

  /** The entry of the replica file that it is, in its one form. */
  Optional<String> entry() {
    return ReplicaFile.nameIn(host).map(name -> name.text(port()));
  }

  /** The data directory that it was given; empty if it keeps all in memory only. */
  String data() {
    return EffectiveOptions.last("--data", options);
  }
}
