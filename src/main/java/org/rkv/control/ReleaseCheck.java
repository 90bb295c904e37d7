package org.rkv.control;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;
import org.rkv.replica.Version;

/**
 * Looks, before replicas are restarted with this release, whether others would go on running that
 * do not work together with it.
 */
final class ReleaseCheck {
  private static final int ASK_MILLIS = 2000;

  private final ControlSettings settings;
  private final PrintStream out;

  ReleaseCheck(ControlSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /**
   * Asks all that the file names. Says that nothing is kept, if all are restarted from a release
   * that could not hand on what it holds.
   *
   * @param restarted those that are to be restarted, at once
   * @throws Refusal if another one runs that could not work together with these
   */
  void check(ReplicaFile file, Choice restarted) throws InterruptedException, Refusal {
    List<ReplicaName> names = file.names();
    List<Answer> answers =
        Inquiry.ask(names.stream().map(settings::addressOf).toList(), ASK_MILLIS);
    List<ReplicaName> chosen =
        restarted.replicas().stream().map(Choice.Chosen::name).distinct().toList();
    List<String> others = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String release = answers.get(i).release();
      if (!Version.worksWith(release)) {
        String which = names.get(i) + " (" + release + ")";
        all.add(which);
        if (!chosen.contains(names.get(i))) {
          others.add(which);
        }
      }
    }
    if (!others.isEmpty()) {
      throw Refusal.notDone(
          String.join(", ", others)
              + ": of a release that does not work together with "
              + Version.get()
              + ", so none is stopped; restart all with --all-at-once, without names: nothing that they hold is"
              + " kept then");
    }
    if (!all.isEmpty() && chosen.containsAll(names)) {
      out.println(
          String.join(", ", all)
              + ": of a release that does not work together with "
              + Version.get()
              + ": all are restarted at once, and nothing that they hold is kept");
    }
  }
}
