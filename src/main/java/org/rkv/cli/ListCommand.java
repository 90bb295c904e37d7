package org.rkv.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import org.rkv.client.Entry;
import org.rkv.client.RkvClient;

/** {@code rkv HOST LIST [PREFIX]}: what there is, one entry a line. */
final class ListCommand {
  static final String COMMAND = "LIST";

  private final Session session;
  private final EntryOptions options;
  private final Console console;

  ListCommand(Session session) {
    this.session = session;
    options = session.options().entries();
    console = session.console().buffered();
  }

  /**
   * Runs the command.
   *
   * @param prefix of the keys that are shown
   * @return the exit status
   * @throws IOException if its own output cannot be written
   */
  int run(String hosts, String prefix) throws IOException {
    try (RkvClient client = session.connect(hosts, COMMAND)) {
      return client == null ? ExitStatus.FAILED : list(client, prefix);
    } finally {
      console.flush();
    }
  }

  private int list(RkvClient client, String prefix) throws IOException {
    byte[] bytes = prefix.getBytes(StandardCharsets.ISO_8859_1);
    try (Stream<String> lines =
        options.keysOnly()
            ? client.listKeys(bytes).map(this::line)
            : client.list(bytes).map(this::line)) {
      Iterator<String> shown = lines.limit(options.limit()).iterator();
      while (shown.hasNext()) {
        console.outLine(shown.next());
      }
      return ExitStatus.DONE;
    } catch (UncheckedIOException e) {
      console.flush();
      return new BrokenOff(COMMAND, prefix, session).say(e);
    }
  }

  private String line(byte[] keyBytes) {
    String key = chars(keyBytes);
    return console.isJson() ? json(key).toString() : WordQuoter.readable(key);
  }

  private String line(Entry entry) {
    String key = chars(entry.key());
    String value = chars(entry.value());
    return console.isJson()
        ? json(key).bytes("value", value).toString()
        : WordQuoter.readable(key) + " " + WordQuoter.readable(value);
  }

  private static Json json(String key) {
    return new Json().text("command", COMMAND).bytes("key", key);
  }

  private static String chars(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
