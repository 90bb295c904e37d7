package org.rkv.cli;

import java.util.ArrayList;
import java.util.List;
import org.rkv.client.AnnouncedFailedException;
import org.rkv.client.CallFailedException;
import org.rkv.client.OutcomeUnknownException;
import org.rkv.client.PutResult;
import org.rkv.client.RefusedException;
import org.rkv.client.RkvException;

/** What became of the lines of a dump, however their answers come in. Thread-safe. */
final class LoadTally {
  /** So many failures are named; one lost connection fails a thousand lines. */
  private static final int MOST_NAMED = 10;

  private final boolean keeps;
  private final List<String> unsaid = new ArrayList<>();
  private long stored;
  private long replaced;
  private long kept;
  private long refused;
  private long failed;
  private long unknown;
  private long firstNotStored = Long.MAX_VALUE;
  private boolean interrupted;
  private int worst = ExitStatus.DONE;

  /**
   * Nothing yet.
   *
   * @param keeps whether keys that are there were to be left alone
   */
  LoadTally(boolean keeps) {
    this.keeps = keeps;
  }

  synchronized void stored(PutResult result) {
    if (result == PutResult.REPLACED) {
      replaced++;
    } else {
      stored++;
    }
  }

  synchronized void kept() {
    kept++;
  }

  /** A line that is wrong, of which nothing was sent. */
  synchronized void wrong(long line, String why) {
    refused++;
    worst = ExitStatus.worse(worst, ExitStatus.FAILED);
    unsaid.add("line " + line + ": " + why);
  }

  /** Nothing more should be sent, from this line on. */
  synchronized void endAt(long line) {
    firstNotStored = Math.min(firstNotStored, line);
  }

  /** A line that is not known to be stored. */
  synchronized void failed(long line, Throwable failure) {
    if (failure instanceof RefusedException e && e.limit() != RefusedException.Limit.CAPACITY) {
      refused++;
      worst = ExitStatus.worse(worst, ExitStatus.REFUSED);
      unsaid.add(
          "line " + line + ": " + new KeyReply(Question.PUT, "", e.limit().code(), null).text());
      return;
    }
    endAt(line);
    String text;
    if (failure instanceof OutcomeUnknownException e) {
      unknown++;
      worst = ExitStatus.worse(worst, ExitStatus.UNKNOWN);
      text = "PUT: rpc error: RPC: " + e.reason() + "; " + SingleCall.UNKNOWN;
    } else {
      failed++;
      boolean isAnnounced = failure instanceof AnnouncedFailedException;
      boolean isRefused = failure instanceof RefusedException;
      worst =
          ExitStatus.worse(
              worst,
              isAnnounced
                  ? ExitStatus.ANNOUNCED_FAILED
                  : isRefused ? ExitStatus.REFUSED : ExitStatus.FAILED);
      text = text(failure);
    }
    if (failed + unknown <= MOST_NAMED) {
      unsaid.add("line " + line + ": " + text);
    }
  }

  private static String text(Throwable failure) {
    if (failure instanceof CallFailedException e && e.isNotPermitted()) {
      return e.getMessage();
    }
    return failure instanceof RkvException e ? e.reason() : failure.toString();
  }

  /** What has not been said yet of lines that are not stored. */
  synchronized List<String> takeUnsaid() {
    List<String> lines = List.copyOf(unsaid);
    unsaid.clear();
    return lines;
  }

  /** Somebody has had enough of it. */
  synchronized void interrupt() {
    interrupted = true;
  }

  synchronized boolean isInterrupted() {
    return interrupted;
  }

  /** Whether nothing more should be sent. */
  synchronized boolean isOver() {
    return firstNotStored != Long.MAX_VALUE;
  }

  /** The first line that has to be sent again; not 0 only if it is over. */
  synchronized long firstNotStored() {
    return isOver() ? firstNotStored : 0;
  }

  /**
   * As {@link ExitStatus} has it; whatever is not stored is no success. That it was interrupted
   * hides nothing of that: it only says why the rest was not sent.
   */
  synchronized int exitStatus() {
    return worst == ExitStatus.DONE && isOver() && interrupted ? ExitStatus.INTERRUPTED : worst;
  }

  /** Why nothing more was sent, if it is over, and what it is that has to be looked at then. */
  synchronized String ending() {
    if (!interrupted) {
      return "it ended early; when the reason is gone, go on";
    }
    return failed + unknown == 0
        ? "it was interrupted; go on"
        : "it was interrupted, and what was sent is not all stored ("
            + failed
            + " failed, "
            + unknown
            + " unknown); when the reason is gone, go on";
  }

  /** All of it, for people. */
  synchronized String text() {
    StringBuilder text = new StringBuilder("LOAD: ").append(stored).append(" stored");
    append(text, replaced, keeps ? "replaced that came meanwhile" : "replaced");
    append(text, kept, "kept as they were");
    append(text, refused, "refused");
    append(text, failed, "failed");
    append(text, unknown, "unknown");
    return text.toString();
  }

  private static void append(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(' ').append(what);
    }
  }

  /** All of it, for programs. */
  synchronized Json json(boolean isComplete) {
    return new Json()
        .text("command", "LOAD")
        .number("stored", stored)
        .number("replaced", replaced)
        .number("kept", kept)
        .number("refused", refused)
        .number("failed", failed)
        .number("unknown", unknown)
        .flag("complete", isComplete);
  }
}
