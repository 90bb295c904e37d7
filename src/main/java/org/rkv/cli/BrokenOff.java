package org.rkv.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.rkv.client.AnnouncedFailedException;
import org.rkv.client.CallFailedException;
import org.rkv.client.RkvException;
import org.rkv.rpc.Reason;

/**
 * Says that a listing has not come to its end.
 *
 * @param prefix of the keys that were to be listed
 */
record BrokenOff(String command, String prefix, Session session) {
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
    Reason why =
        failure.getCause() instanceof AnnouncedFailedException e && session.options().asksWhy()
            ? why(e)
            : null;
    Console console = session.console();
    if (console.isJson()) {
      Json json = new Json().text("command", command).text("error", reason);
      console.outLine(json.because(why).toString());
    }
    console.errLine(
        isAnnounced
            ? command + ": server response: failed (1); not all is listed"
            : command + ": rpc error: RPC: " + reason + "; not all is listed");
    if (why != null && !console.isJson()) {
      console.errLine("rkv: " + command + ": " + ControlCharacters.replaced(why.text));
    }
    if (failure.getCause() instanceof CallFailedException e && e.isNotPermitted()) {
      console.errLine("rkv: " + e.getMessage());
    }
    return isAnnounced && session.options().exitStatus()
        ? ExitStatus.ANNOUNCED_FAILED
        : ExitStatus.FAILED;
  }

  private Reason why(AnnouncedFailedException failure) {
    try (Reasons reasons = new Reasons(session)) {
      Question list = new Question(ListCommand.COMMAND, prefix, null);
      return failure.replica().map(replica -> reasons.of(replica, list)).orElse(null);
    }
  }
}
