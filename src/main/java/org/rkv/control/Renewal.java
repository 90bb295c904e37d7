package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Stops one replica of this machine and starts it with the jar and the settings that there are now;
 * if it does not serve again, with those that it ran with before. Used by one thread.
 */
final class Renewal {
  private final ControlSettings settings;
  private final PrintStream out;
  private final Complaints complaints;

  Renewal(ControlSettings settings, PrintStream out, Complaints complaints) {
    this.settings = settings;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Renews it.
   *
   * @param ofThisMachine counts those that share its memory
   * @return whether it serves with what there is now
   */
  boolean renew(LocalReplica replica, IntSupplier ofThisMachine)
      throws IOException, InterruptedException {
    Optional<LiveProcess> process = replica.process();
    Optional<Integer> formerPort = process.flatMap(ReplicaWords::of).map(ReplicaWords::port);
    Optional<FormerProgram> former =
        process.isPresent()
            ? Optional.of(FormerProgram.of(process.get(), replica.directory()))
            : Optional.empty();
    if (!new Shutdown(out, complaints).end(List.of(replica))) {
      return false;
    }
    Optional<Path> formerData = replica.files().lastData();
    Launch launch = new Launch(settings, true, out, complaints); // which has been tried before
    boolean serves =
        launch.begin(List.of(replica), ofThisMachine)
            && launch.await(List.of(replica))
            && awaitServing(replica);
    if (!serves && former.isPresent()) {
      replica.files().rememberData(formerData);
      putBack(formerPort.map(replica::at).orElse(replica), former.get());
    }
    return serves;
  }

  private void putBack(LocalReplica replica, FormerProgram former)
      throws IOException, InterruptedException {
    if (!new Shutdown(out, complaints).end(List.of(replica))) {
      return;
    }
    replica.files().prepare();
    List<String> command =
        new ArrayList<>(
            List.of("setsid", "sh", "kv_r.sh", "--here", "again", replica.files().name()));
    command.addAll(former.words());
    ProcessBuilder builder = ChildProcesses.builder(command);
    builder.directory(replica.directory().toFile()).start().waitFor();
    boolean serves =
        new Launch(settings, true, out, complaints).await(List.of(replica))
            && awaitServing(replica);
    complaints.say(
        replica.name()
            + " did not come back with the new jar and settings: it "
            + (serves ? "serves" : "does not serve either")
            + " with those that it had before (target/rkv.jar.before)");
  }

  private boolean awaitServing(LocalReplica replica) throws InterruptedException {
    return new ServingWait(List.of(replica), settings.startSeconds(), complaints).await();
  }
}
