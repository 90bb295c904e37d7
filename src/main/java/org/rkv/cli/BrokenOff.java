package org.rkv.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.rkv.client.AnnouncedFailedException;
import org.rkv.client.CallFailedException;
import org.rkv.client.RkvException;

/** Says that a listing has not come to its end. */
record BrokenOff(String command, Session session) {
  /**
   * Says it on standard error, and in JSON if that is asked for.
   *
   * @param failure what the listing has thrown
   * @return the exit status
   * @throws IOException if it cannot be said
   */
  int say(UncheckedIOException failure) throws IOException {
    String reason =
        failure.getCause() instanceof RkvException e ? e.reason() : failure.getMessage();
    boolean isAnnounced = failure.getCause() instanceof AnnouncedFailedException;
    Console console = session.console();
    if (console.isJson()) {
      console.outLine(Json.error(command, reason));
    }
    console.errLine(
        isAnnounced
            ? command + ": server response: failed (1); not all is listed"
            : command + ": rpc error: RPC: " + reason + "; not all is listed");
    if (failure.getCause() instanceof CallFailedException e && e.isNotPermitted()) {
      console.errLine("rkv: " + e.getMessage());
    }
    return isAnnounced && session.options().exitStatus()
        ? ExitStatus.ANNOUNCED_FAILED
        : ExitStatus.FAILED;
  }
}
