package org.rkv.control;

import static org.rkv.control.RemoteMachines.quote;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Copies the program to other machines. Files are put in their places when all have arrived, and by
 * renaming: a replica that runs keeps the jar that it loads its classes from, and never reads half
 * of a replica file.
 */
final class InstallCommand {
  private static final List<String> FILES =
      List.of("target/rkv", "target/rkv.jar", "kv_r.sh", "replica");

  /** Not everybody has it. */
  private static final String SETTINGS = "rkv.env";

  private static final long TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(120);

  private final ControlSettings settings;
  private final RemoteMachines machines;
  private final ChildProcesses children;
  private final PrintStream out;
  private final Complaints complaints;

  InstallCommand(
      ControlSettings settings,
      RemoteMachines machines,
      ChildProcesses children,
      PrintStream out,
      Complaints complaints) {
    this.settings = settings;
    this.machines = machines;
    this.children = children;
    this.out = out;
    this.complaints = complaints;
  }

  /**
   * Copies it.
   *
   * @return whether it is on all other machines
   * @throws Refusal if there is something not to be copied
   */
  boolean run(Choice choice) throws IOException, InterruptedException, Refusal {
    choice.local().forEach(name -> out.println(name + ": of this machine"));
    if (choice.remote().isEmpty()) {
      return true;
    }
    RemoteStep step = machines.beginCommand(unpack(), archive(), choice.remote());
    step.await(TIMEOUT_MILLIS);
    boolean isDone = true;
    for (RemoteCall call : step.calls()) {
      if (call.report(out, complaints)) {
        out.println(call.name() + ": installed in " + settings.remoteDirectory());
      } else {
        isDone = false;
      }
    }
    return isDone;
  }

  private static List<String> files() {
    return Files.exists(Path.of(SETTINGS))
        ? Stream.concat(FILES.stream(), Stream.of(SETTINGS)).toList()
        : FILES;
  }

  /** What a symbolic link leads to, not the link: it may lead nowhere on another machine. */
  private File archive() throws IOException, InterruptedException, Refusal {
    File archive = File.createTempFile("kv_r.", ".tar");
    archive.deleteOnExit();
    List<String> command = new ArrayList<>(List.of("tar", "chf", archive.toString()));
    command.addAll(files());
    if (children.begin(ChildProcesses.builder(command)).waitFor() != 0) {
      throw Refusal.notDone("not all is there to be installed");
    }
    return archive;
  }

  private String unpack() {
    String directory = quote(settings.remoteDirectory());
    StringBuilder command =
        new StringBuilder(
            String.format(
                "mkdir -p -- %1$s/target && cd -- %1$s && new=$(mktemp -d .install.XXXXXX) &&"
                    + " trap 'rm -rf -- \"$new\"' EXIT && tar -xof - -C \"$new\"",
                directory));
    for (String file : files()) {
      command.append(String.format(" && mv -f -- \"$new/%1$s\" %1$s", file));
    }
    return command.toString();
  }
}
