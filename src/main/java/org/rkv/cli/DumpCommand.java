package org.rkv.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.client.Entry;
import org.rkv.client.RkvClient;

/** {@code rkv HOST DUMP}: all entries, as lines that can be read again. */
final class DumpCommand {
  static final String COMMAND = "DUMP";

  private final Session session;
  private final Console console;
  private final Progress progress;

  DumpCommand(Session session) {
    this.session = session;
    console = session.console().buffered();
    progress = new Progress(console, console.onlyErrIsTerminal());
  }

  /**
   * Runs the command.
   *
   * @return the exit status: 0 if all has been written
   * @throws IOException if it cannot be written
   */
  int run(String hosts) throws IOException {
    try (RkvClient client = session.connect(hosts, COMMAND)) {
      return client == null ? ExitStatus.FAILED : dump(client);
    } finally {
      progress.end();
    }
  }

  private int dump(RkvClient client) throws IOException {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    console.outLine(DumpFormat.begin(client.replica(), now, countAt(client.replica())));
    long count = 0;
    try (Stream<Entry> entries = client.list("")) {
      Iterator<Entry> all = entries.iterator();
      while (all.hasNext()) {
        Entry entry = all.next();
        console.outLine("PUT " + word(entry.key()) + " " + word(entry.value()));
        progress.done(++count);
      }
    } catch (UncheckedIOException e) {
      console.flush();
      return new BrokenOff(COMMAND, "", session).say(e);
    }
    console.outLine(DumpFormat.end(count));
    console.flush();
    return ExitStatus.DONE;
  }

  private static String word(byte[] bytes) {
    return WordQuoter.ascii(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** How many entries a replica has now; -1 if it does not say so. */
  private long countAt(String replica) {
    try {
      return session.impatient().contents(replica).entries;
    } catch (OncRpcException | IOException e) {
      return -1; // The last line counts.
    }
  }
}
