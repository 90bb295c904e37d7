package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** Ends replicas, here and on other machines at the same time. */
final class StopCommand {
  private static final long MACHINES_MILLIS =
      TimeUnit.SECONDS.toMillis(Shutdown.STOP_SECONDS + 2 * Shutdown.KILL_SECONDS);

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final PrintStream out;
  private final Complaints complaints;

  StopCommand(
      ControlSettings settings, RemoteMachines machines, PrintStream out, Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Ends them.
   *
   * @return whether none of them runs any more
   */
  boolean run(Choice choice) throws IOException, InterruptedException {
    RemoteStep step = machines.beginStep("stop", choice.remote());
    boolean hasEnded = new Shutdown(out, complaints).end(settings.local(choice));
    hasEnded &= step.end(MACHINES_MILLIS, out, complaints);
    return hasEnded;
  }
}
