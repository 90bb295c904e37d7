package org.rkv.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.acplt.oncrpc.OncRpcException;
import org.jline.utils.Signals;
import org.rkv.client.GetResult;
import org.rkv.client.PutResult;
import org.rkv.client.RkvClient;

/**
 * {@code rkv HOST LOAD}: stores what DUMP has written. Many PUTs are under way at a time, and the
 * answer to each is looked at. What is not whole is never taken for whole.
 */
final class LoadCommand {
  private static final String COMMAND = "LOAD";
  private static final String INCOMPLETE =
      "the dump is not complete: its last line, \"# end of rkv dump\", is missing";

  /** What is under way at most: many small entries, or some large ones. */
  private static final int MOST_KIB_UNDER_WAY = 16 * 1024;

  private static final String INTERRUPTION = "INT";
  private static final int BYTES_A_KIB = 1024;

  private final Session session;
  private final EntryOptions options;
  private final Console console;
  private final LineReader lines;
  private final boolean isKnownIncomplete;
  private final LoadTally tally;
  private final Progress progress;
  private final Semaphore room = new Semaphore(MOST_KIB_UNDER_WAY);
  private long lineNumber;
  private long entries;
  private long lastEntryLine;

  /** Behind the last line: how many entries it tells of; or -1. */
  private long entriesAtEnd = -1;

  /**
   * Has read nothing.
   *
   * @param isKnownIncomplete whether the last line of the input was looked at, and is none
   */
  LoadCommand(Session session, InputStream in, boolean isKnownIncomplete) {
    this.session = session;
    this.isKnownIncomplete = isKnownIncomplete;
    options = session.options().entries();
    console = session.console();
    lines = new LineReader(in, Batch.MAX_LINE_BYTES);
    tally = new LoadTally(options.keep());
    progress = new Progress(console, console.errIsTerminal());
  }

  /**
   * Runs the command.
   *
   * @return the exit status: 0 if the dump is whole and all of it is stored
   * @throws IOException if the input cannot be read, or what there is to say cannot be written
   */
  int run(String hosts) throws IOException {
    if (isKnownIncomplete) {
      return refused(INCOMPLETE + "; nothing was loaded");
    }
    try (RkvClient client = session.connect(hosts, COMMAND)) {
      if (client == null || !mayWriteTo(client.replica())) {
        return ExitStatus.FAILED;
      }
      Signals.register(INTERRUPTION, this::interrupt);
      load(client);
    } finally {
      progress.end();
    }
    return conclude(hosts);
  }

  /** What is under way is waited for, to say where to go on; the next one ends all at once. */
  private void interrupt() {
    Signals.registerDefault(INTERRUPTION);
    tally.interrupt();
  }

  /** Nothing is written over unless that was said. */
  private boolean mayWriteTo(String replica) throws IOException {
    if (options.replace() || options.keep()) {
      return true;
    }
    int count;
    try {
      count = session.impatient().contents(replica).entries;
    } catch (OncRpcException | IOException e) {
      refused(replica + " does not say what it holds: " + e.getMessage());
      return false;
    }
    if (count > 0) {
      refused(replica + " holds " + count + " entries: say --replace or --keep");
    }
    return count == 0;
  }

  /** Says why nothing is loaded. */
  private int refused(String why) throws IOException {
    if (console.isJson()) {
      console.outLine(Json.error(COMMAND, why));
    }
    console.errLine(COMMAND + ": " + why);
    return ExitStatus.FAILED;
  }

  private void load(RkvClient client) throws IOException {
    try {
      String text;
      while (!tally.isOver() && !tally.isInterrupted() && (text = lines.next()) != null) {
        lineNumber++;
        take(client, text);
        say(tally.takeUnsaid());
        progress.done(lineNumber);
      }
      room.acquire(MOST_KIB_UNDER_WAY); // All have been answered.
      Signals.registerDefault(INTERRUPTION);
      if (tally.isInterrupted() && entriesAtEnd < 0) {
        tally.endAt(lines.isEnded() ? lineNumber + 1 : lineNumber);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      progress.end();
      say(tally.takeUnsaid());
    }
  }

  private void say(List<String> wrong) throws IOException {
    if (!wrong.isEmpty()) {
      progress.end();
    }
    for (String each : wrong) {
      console.errLine(each);
    }
  }

  private void take(RkvClient client, String text) throws InterruptedException {
    try {
      if (lineNumber == 1) {
        DumpFormat.requireBegin(text);
      } else if (entriesAtEnd >= 0 && !text.isBlank()) {
        throw new IllegalArgumentException("it stands behind the end of the dump");
      } else if (lines.isTooLong()) {
        throw new IllegalArgumentException("longer than " + Batch.MAX_LINE_BYTES + " bytes");
      } else if (!lines.isEnded()) {
        throw new IllegalArgumentException("it is cut off, and was not loaded");
      } else if (DumpFormat.entriesAtEnd(text) >= 0) {
        entriesAtEnd = DumpFormat.entriesAtEnd(text);
      } else {
        put(client, WordSplitter.split(text));
      }
    } catch (IllegalArgumentException e) {
      tally.wrong(lineNumber, e.getMessage());
      if (lineNumber == 1) {
        tally.endAt(lineNumber);
      }
    }
  }

  private void put(RkvClient client, List<String> words) throws InterruptedException {
    if (words.isEmpty()) {
      return; // A comment of somebody's own.
    }
    if (InputCommand.named(words.get(0)) != InputCommand.PUT) {
      throw new IllegalArgumentException("a dump holds nothing but PUT");
    }
    InputCommand.PUT.check(words);
    entries++;
    lastEntryLine = lineNumber;
    if (lineNumber < options.fromLine()) {
      return;
    }
    byte[] key = words.get(1).getBytes(StandardCharsets.ISO_8859_1);
    byte[] value = words.get(2).getBytes(StandardCharsets.ISO_8859_1);
    int kib = 1 + (key.length + value.length) / BYTES_A_KIB;
    room.acquire(kib);
    long line = lineNumber;
    store(client, key, value)
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                tally.failed(line, causeOf(failure));
              } else if (result == null) {
                tally.kept();
              } else {
                tally.stored(result);
              }
              room.release(kib);
            });
  }

  /** What the PUT did; null if the key is there and was to be kept. */
  private CompletableFuture<PutResult> store(RkvClient client, byte[] key, byte[] value) {
    if (!options.keep()) {
      return client.putAsync(key, value);
    }
    return client
        .getAsync(key)
        .thenCompose(
            found ->
                found.status() == GetResult.Status.FOUND
                    ? CompletableFuture.completedFuture(null)
                    : client.putAsync(key, value));
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException e && e.getCause() != null
        ? e.getCause()
        : failure;
  }

  private int conclude(String hosts) throws IOException {
    boolean isComplete = entriesAtEnd == entries;
    if (console.isJson()) {
      console.outLine(tally.json(isComplete).toString());
    } else {
      console.outLine(tally.text());
    }
    int status = tally.exitStatus();
    if (tally.isOver()) {
      if (lineNumber > 1) {
        console.errLine(
            "LOAD: "
                + tally.ending()
                + ": "
                + WordQuoter.readable(session.programName())
                + session.options().asTyped()
                + " "
                + WordQuoter.readable(hosts)
                + " LOAD "
                + (options.keep() ? "--keep" : "--replace")
                + " --from-line "
                + tally.firstNotStored());
      }
    } else if (!isComplete) {
      console.errLine(
          "LOAD: "
              + (entriesAtEnd < 0
                  ? INCOMPLETE
                  : "the dump is not complete: it tells of " + entriesAtEnd + " entries")
              + "; it has "
              + entries);
      status = ExitStatus.worse(status, ExitStatus.FAILED);
    } else if (options.fromLine() > 1 && options.fromLine() > lastEntryLine) {
      console.errLine(
          "LOAD: no entry stands at line "
              + options.fromLine()
              + " or behind it; the last one stands at line "
              + lastEntryLine);
      status = ExitStatus.worse(status, ExitStatus.FAILED);
    }
    return session.options().exitStatus()
            || status == ExitStatus.DONE
            || status == ExitStatus.INTERRUPTED
        ? status
        : status == ExitStatus.UNKNOWN ? status : ExitStatus.FAILED;
  }
}
