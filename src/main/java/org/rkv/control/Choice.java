package org.rkv.control;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/**
 * The replicas that a command is for, each once, in the order they were asked for.
 *
 * @param replicas empty if the file names none
 * @param countOfThisMachine counts those of this machine that the file names, asked for or not;
 *     resolves names, so it may block
 */
record Choice(List<Chosen> replicas, IntSupplier countOfThisMachine) {
  /**
   * One of them.
   *
   * @param isLocal whether it is this machine's
   */
  record Chosen(ReplicaName name, boolean isLocal) {}

  /**
   * Chooses among the names of the file.
   *
   * @param defaultPort of a name without a port
   * @param words names as they are in the file, or their hosts; if empty, all are meant
   * @param onlyHere whether those of other machines are left out, and refused where named
   * @param isLocal whether a host is this machine
   * @throws Refusal if a word names no replica, or only those of this machine are wanted and there
   *     are none
   */
  static Choice of(
      ReplicaFile file,
      int defaultPort,
      List<String> words,
      boolean onlyHere,
      Predicate<String> isLocal)
      throws Refusal {
    List<Chosen> wanted =
        match(file, defaultPort, words).stream()
            .map(name -> new Chosen(name, isLocal.test(name.host())))
            .toList();
    if (!onlyHere || wanted.isEmpty()) {
      return new Choice(wanted, () -> count(file, isLocal));
    }
    List<Chosen> here = wanted.stream().filter(Chosen::isLocal).toList();
    if (!words.isEmpty() && here.size() < wanted.size()) {
      Chosen elsewhere = wanted.stream().filter(each -> !each.isLocal()).findFirst().orElseThrow();
      throw Refusal.notDone(elsewhere.name() + " is not an address of this machine");
    }
    if (here.isEmpty()) {
      throw Refusal.notDone(
          "no name in the replica file is an address of this machine; it names " + list(file));
    }
    return new Choice(here, () -> count(file, isLocal));
  }

  private static int count(ReplicaFile file, Predicate<String> isLocal) {
    return (int) file.names().stream().map(ReplicaName::host).filter(isLocal).count();
  }

  /** Those of this machine. */
  List<ReplicaName> local() {
    return names(Chosen::isLocal);
  }

  /** Those of other machines. */
  List<ReplicaName> remote() {
    return names(chosen -> !chosen.isLocal());
  }

  private List<ReplicaName> names(Predicate<Chosen> which) {
    return replicas.stream().filter(which).map(Chosen::name).toList();
  }

  private static Set<ReplicaName> match(ReplicaFile file, int defaultPort, List<String> words)
      throws Refusal {
    if (words.isEmpty() || file.names().isEmpty()) {
      return new LinkedHashSet<>(file.names());
    }
    Set<ReplicaName> matching = new LinkedHashSet<>();
    for (String word : words) {
      List<ReplicaName> found =
          file.names().stream()
              .filter(name -> name.toString().equals(word) || isMeant(name, word, defaultPort))
              .toList();
      if (found.isEmpty()) {
        throw Refusal.badUsage(
            "the replica file does not name \"" + word + "\"; it names " + list(file));
      }
      matching.addAll(found);
    }
    return matching;
  }

  /** Another machine may have the name in another spelling; without a port the host is meant. */
  private static boolean isMeant(ReplicaName name, String word, int defaultPort) {
    return ReplicaFile.nameIn(word)
        .filter(
            meant ->
                meant.isOneEntryWith(name, defaultPort)
                    || meant.portOr(0) == 0 && meant.text(0).equals(hostOf(name)))
        .isPresent();
  }

  private static String hostOf(ReplicaName name) {
    return new ReplicaName(name.host(), 0).text(0);
  }

  private static String list(ReplicaFile file) {
    return file.names().stream().map(ReplicaName::toString).collect(Collectors.joining(" "));
  }
}
