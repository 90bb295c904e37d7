package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.Connector;
import org.rkv.client.Entry;
import org.rkv.client.PutResult;
import org.rkv.client.RkvClient;
import org.rkv.portmap.Portmap;
import org.rkv.replica.Cluster;
import org.rkv.store.Limits;

/** LIST, DUMP and LOAD at replicas in this JVM. */
@Timeout(120)
class DumpAndLoadTest {
  private static final EntryOptions REPLACE =
      new EntryOptions(false, Long.MAX_VALUE, true, false, 1);
  private static final EntryOptions KEEP = new EntryOptions(false, Long.MAX_VALUE, false, true, 1);

  @TempDir private Path directory;
  private Cluster source;
  private Cluster target;
  private Options options = Options.NONE;
  private Printed printed;

  @BeforeEach
  void startReplicas() throws Exception {
    source = Cluster.serving(directory, 1, new Limits(100_000, 2_000));
    target =
        Cluster.serving(
            Files.createDirectory(directory.resolve("target")), 2, new Limits(100_000, 2_000));
  }

  @AfterEach
  void stopReplicas() {
    source.close();
    target.close();
  }

  private Session session(Console console) {
    Connector connector = new Connector(source.port(), Portmap.PORT, 1000);
    return new Session("rkv", 1, options, connector, new ReplicaCache(null), console);
  }

  private int list(String... words) throws IOException {
    printed = new Printed(options);
    return HostCommand.LIST.run(session(printed.console()), source.name(0), words);
  }

  private String dump() throws IOException {
    printed = new Printed(options);
    assertEquals(0, HostCommand.DUMP.run(session(printed.console()), source.name(0)));
    assertEquals("", printed.err());
    return printed.out();
  }

  private int load(String dump) throws IOException {
    return load(dump, target.name(0));
  }

  private int load(String dump, String host) throws IOException {
    printed = new Printed(options);
    ByteArrayInputStream in = new ByteArrayInputStream(dump.getBytes(ISO_8859_1));
    return new LoadCommand(session(printed.console()), in, false).run(host);
  }

  private static void put(Cluster replicas, Map<String, String> entries) throws Exception {
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      List<CompletableFuture<PutResult>> writes = new ArrayList<>();
      entries.forEach(
          (key, value) ->
              writes.add(client.putAsync(key.getBytes(ISO_8859_1), value.getBytes(ISO_8859_1))));
      writes.forEach(CompletableFuture::join);
    }
  }

  private static Map<String, String> entries(Cluster replicas) throws Exception {
    Map<String, String> entries = new TreeMap<>();
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      for (Entry each : client.list("").toList()) {
        entries.put(new String(each.key(), ISO_8859_1), new String(each.value(), ISO_8859_1));
      }
    }
    return entries;
  }

  private static Map<String, String> anyBytes() {
    Map<String, String> entries = new TreeMap<>();
    entries.put("", "");
    for (char one = 0; one < 256; one++) {
      entries.put("" + one, "" + one);
      for (char other = 0; other < 256; other++) {
        entries.put("" + one + other, "" + other + one);
      }
    }
    entries.put("comment", "# none");
    entries.put("#", "");
    entries.put("'\"\r\n\0", "\r\n'\"\0\\");
    return entries;
  }

  @Test
  void shouldLoadWhatWasDumpedWhateverTheBytes() throws Exception {
    Map<String, String> entries = anyBytes();
    put(source, entries);

    String dump = dump();
    assertEquals(0, load(dump), printed.err());

    assertEquals(entries, entries(target));
    assertTrue(dump.chars().allMatch(each -> each == '\n' || each >= ' ' && each <= '~'));
    List<String> lines = dump.lines().toList();
    assertTrue(
        lines.get(0).matches("# rkv dump 1: [0-9.:]+, 20[-0-9T:]+Z, about 65795 entries"),
        lines.get(0));
    assertEquals("# end of rkv dump: 65795 entries", lines.get(lines.size() - 1));
    assertEquals("LOAD: 65795 stored\n", printed.out());
  }

  @Test
  void shouldBeReadAsCommandsToo() throws Exception {
    put(source, Map.of("a b", "1\n", "#", "'"));
    for (String line : dump().lines().toList()) {
      List<String> words = WordSplitter.split(line);
      assertTrue(words.isEmpty() || words.size() == 3 && words.get(0).equals("PUT"), line);
    }
  }

  /** Cut off at any byte: it is never taken for whole, and nothing is stored that was not there. */
  @Test
  void shouldSeeThatADumpIsCutOff() throws Exception {
    Map<String, String> entries = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      entries.put("k" + i, "value" + i);
    }
    put(source, entries);
    String dump = dump();
    options = options.with(REPLACE);

    for (int length = 0; length < dump.length(); length++) {
      assertEquals(1, load(dump.substring(0, length)), length + " bytes");
      assertFalse(printed.err().isEmpty());
    }

    assertEquals(0, load(dump));
    assertEquals(entries, entries(target));
  }

  @Test
  void shouldSeeThatALineIsMissingOrTwice() throws Exception {
    put(source, Map.of("a", "1", "b", "2"));
    String dump = dump();
    options = options.with(REPLACE);

    assertEquals(1, load(dump.replace("PUT a 1\n", "")));
    assertEquals(
        "LOAD: the dump is not complete: it tells of 2 entries; it has 1\n", printed.err());
    assertEquals(1, load(dump.replace("PUT a 1\n", "PUT a 1\nPUT a 1\n")));
    assertEquals(1, load(dump + "PUT c 3\n"));
    assertEquals("line 5: it stands behind the end of the dump\n", printed.err());
    assertEquals(Map.of("a", "1", "b", "2"), entries(target));
  }

  @Test
  void shouldSeeAtOnceThatAFileIsCutOff() throws Exception {
    put(source, Map.of("a", "1", "b", "2"));
    Path file = directory.resolve("dump");
    String dump = dump();

    for (int length = 1; length <= dump.length(); length++) {
      Files.writeString(file, dump.substring(0, length));
      try (FileChannel channel = FileChannel.open(file)) {
        assertEquals(length < dump.length(), DumpEnd.isMissing(channel), length + " bytes");
      }
    }
    printed = new Printed(options);
    ByteArrayInputStream in = new ByteArrayInputStream(dump.getBytes(ISO_8859_1));
    assertEquals(1, new LoadCommand(session(printed.console()), in, true).run(target.name(0)));
    assertTrue(printed.err().endsWith("nothing was loaded\n"), printed.err());
    assertEquals(Map.of(), entries(target));
  }

  /** As a file that went by way of mail, or of an editor that ends it with empty lines. */
  @Test
  void shouldLoadADumpWhoseLinesEndOtherwise() throws Exception {
    put(source, Map.of("a", "1", "b", "2"));
    String dump = dump();
    options = options.with(REPLACE);
    Path file = directory.resolve("dump");
    for (String each : List.of(dump.replace("\n", "\r\n"), dump + "\n \n")) {
      assertEquals(0, load(each), printed.err());
      assertEquals("", printed.err());
      Files.writeString(file, each);
      try (FileChannel channel = FileChannel.open(file)) {
        assertFalse(DumpEnd.isMissing(channel));
      }
    }
    assertEquals(Map.of("a", "1", "b", "2"), entries(target));
  }

  @Test
  void shouldNotGoOnBehindTheLastEntry() throws Exception {
    put(source, Map.of("a", "1", "b", "2"));
    options = options.with(new EntryOptions(false, Long.MAX_VALUE, true, false, 4));
    assertEquals(1, load(dump()));
    assertEquals(
        "LOAD: no entry stands at line 4 or behind it; the last one stands at line 3\n",
        printed.err());
  }

  @Test
  void shouldTellAsJsonWhyThereIsNothing() throws Exception {
    put(target, Map.of("a", "1"));
    options = new Options(0, 5_000, true, false, false, false);
    String refused = "Remote system error - Connection refused";
    source.stop(0);
    assertEquals(1, list());
    assertEquals(Json.error("LIST", refused) + "\n", printed.out());
    printed = new Printed(options);
    assertEquals(1, HostCommand.DUMP.run(session(printed.console()), source.name(0)));
    assertEquals(Json.error("DUMP", refused) + "\n", printed.out());
    assertEquals(1, load("", source.name(0)));
    assertEquals(Json.error("LOAD", refused) + "\n", printed.out());
    assertEquals(1, load(""));
    assertEquals(
        Json.error("LOAD", target.name(0) + " holds 1 entries: say --replace or --keep") + "\n",
        printed.out());
    printed = new Printed(options);
    assertEquals(1, new CommandInput(session(printed.console()), source.name(0)).run());
    assertEquals(Json.error("-", refused) + "\n", printed.out());
  }

  @Test
  void shouldNotWriteOverAnythingUnasked() throws Exception {
    put(source, Map.of("a", "1", "b", "2"));
    put(target, Map.of("a", "other", "z", "stays"));
    String dump = dump();

    assertEquals(1, load(dump));
    assertEquals(
        "LOAD: " + target.name(0) + " holds 2 entries: say --replace or --keep\n", printed.err());

    options = options.with(KEEP);
    assertEquals(0, load(dump));
    assertEquals("LOAD: 1 stored, 1 kept as they were\n", printed.out());
    assertEquals(Map.of("a", "other", "b", "2", "z", "stays"), entries(target));

    options = options.with(REPLACE);
    assertEquals(0, load(dump));
    assertEquals("LOAD: 0 stored, 2 replaced\n", printed.out());
    assertEquals(Map.of("a", "1", "b", "2", "z", "stays"), entries(target));
  }

  @Test
  void shouldNameWhatIsWrongByItsLineAndGoOn() throws Exception {
    put(source, Map.of("k", "v"));
    String end = dump().lines().reduce((one, other) -> other).orElseThrow();
    String dump =
        "# rkv dump 1: by hand\nPUT a\nGET a\nPUT 'a\n# a comment\n\nPUT k v\n"
            + "PUT "
            + "k".repeat(2_000)
            + " v\nPUT k2 "
            + "v".repeat(2_000)
            + "\n"
            + end.replace(" 1 ", " 3 ")
            + "\n";

    assertEquals(1, load(dump));

    assertEquals(
        List.of(
            "line 2: usage: PUT key value",
            "line 3: a dump holds nothing but PUT",
            "line 4: a ' is not closed",
            "line 8: PUT: server response: key is too large (3)",
            "line 9: PUT: server response: value is too large (5)"),
        printed.err().lines().sorted().toList());
    assertEquals("LOAD: 1 stored, 5 refused\n", printed.out());
  }

  @Test
  void shouldRefuseWhatIsNoDump() throws Exception {
    assertEquals(1, load("PUT a b\n"));
    assertEquals("line 1: no dump begins so; \"rkv HOST -\" reads commands\n", printed.err());
    assertEquals(1, load("# rkv dump 2: of later\n"));
    assertEquals("line 1: a dump of a newer release than this program\n", printed.err());
    assertEquals(1, load(""));
    assertTrue(printed.err().contains("is missing"), printed.err());
    assertEquals(Map.of(), entries(target));
  }

  @Test
  void shouldSayWhereToGoOnWhenAReplicaIsLost() throws Exception {
    Map<String, String> entries = new TreeMap<>();
    for (int i = 0; i < 100; i++) {
      entries.put(String.format("k%03d", i), "v");
    }
    put(source, entries);
    String dump = dump();
    target.stop(1);

    options = options.typed(List.of("--port=7", "--no-env"));
    assertEquals(1, load(dump));

    assertTrue(
        printed.err().contains(" go on: rkv --port=7 --no-env " + target.name(0) + " LOAD "),
        printed.err());
    assertTrue(printed.err().contains("line 2: PUT was announced as failed\n"), printed.err());
    assertTrue(printed.err().endsWith(" LOAD --replace --from-line 2\n"), printed.err());
    assertTrue(printed.err().lines().count() <= 11, "ten lines at most, and where to go on");
  }

  @Test
  void shouldGoOnAtALine() throws Exception {
    put(source, Map.of("a", "1", "b", "2", "c", "3"));
    options = options.with(new EntryOptions(false, Long.MAX_VALUE, true, false, 3));

    assertEquals(0, load(dump()));

    assertEquals(Map.of("b", "2", "c", "3"), entries(target));
  }

  @Test
  void shouldSayThatTheStoreIsFull() throws Exception {
    Map<String, String> entries = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      entries.put(String.format("k%03d", i), "v");
    }
    put(source, entries);
    String dump = dump();
    Path small = Files.createDirectory(directory.resolve("small"));
    try (Cluster full = Cluster.serving(small, 1, Limits.ofTheCSystem())) {
      assertEquals(1, load(dump, full.name(0)));
      assertTrue(printed.err().startsWith("line 258: PUT was refused: "), printed.err());
      assertTrue(printed.err().contains("--from-line 258\n"), printed.err());
    }
  }

  @Test
  void shouldFailWhereItsOutputIsFull() throws Exception {
    put(source, Map.of("a", "1"));
    try (OutputStream full = Files.newOutputStream(Path.of("/dev/full"))) {
      Console console = new Console(full, full, options, Terminals.NONE);
      IOException failure =
          assertThrows(
              IOException.class, () -> HostCommand.DUMP.run(session(console), source.name(0)));
      assertTrue(
          failure.getMessage().startsWith("standard output cannot be written"),
          failure.getMessage());
      assertThrows(IOException.class, () -> HostCommand.LIST.run(session(console), source.name(0)));
    }
  }

  @Test
  void shouldWriteNoLastLineWhenItBreaksOff() throws Exception {
    put(target, Map.of("a", "1", "b", "2"));
    target.stop(1);
    options = options.with(REPLACE);
    load("# rkv dump 1\nPUT c 3\n# end of rkv dump: 1 entries\n"); // announced as failed

    printed = new Printed(options);
    int status = HostCommand.DUMP.run(session(printed.console()), target.name(0));

    assertEquals(1, status);
    assertFalse(printed.out().contains("# end"), printed.out());
    assertEquals("DUMP: server response: failed (1); not all is listed\n", printed.err());
  }

  @Test
  void shouldListInWordsThatCanBeReadAgain() throws Exception {
    put(source, Map.of("a b", "1", "a", "\u001b[2J", "b", ""));

    assertEquals(0, list());
    assertEquals("a $'\\x1b[2J'\n'a b' 1\nb ''\n", printed.out());
    assertEquals(0, list("a "));
    assertEquals("'a b' 1\n", printed.out());
    assertEquals(0, list("nothing"));
    assertEquals("", printed.out());

    options = options.with(new EntryOptions(true, 2, false, false, 1));
    assertEquals(0, list());
    assertEquals("a\n'a b'\n", printed.out());
  }

  @Test
  void shouldTellWhyAListHasFailed() throws Exception {
    failAPut();
    String why = ": replica " + target.host(1) + " is not reachable: ";

    options = Options.NONE.explaining();
    printed = new Printed(options);
    assertEquals(1, HostCommand.LIST.run(session(printed.console()), target.name(0)));
    assertTrue(printed.err().contains("(1); not all is listed\nrkv: LIST" + why), printed.err());

    printed = new Printed(options);
    assertEquals(1, HostCommand.DUMP.run(session(printed.console()), target.name(0)));
    assertTrue(printed.err().contains("(1); not all is listed\nrkv: DUMP" + why), printed.err());

    options = new Options(0, 25_000, true, false, false, false);
    printed = new Printed(options);
    assertEquals(1, HostCommand.LIST.run(session(printed.console()), target.name(0)));
    assertTrue(printed.out().contains("\"cause\":\"unreachable\",\"peer\":\""), printed.out());
  }

  @Test
  void shouldTellWhyALineHasFailed() throws Exception {
    failAPut();
    String why = ": replica " + target.host(1) + " is not reachable: ";

    options = Options.NONE.explaining();
    assertEquals(0, batch("PUT c 4\nDEL c\n"));
    List<String> lines = printed.err().lines().toList();
    assertEquals(2, lines.size(), printed.err());
    assertTrue(lines.get(0).startsWith("line 1: PUT" + why), printed.err());
    assertTrue(lines.get(1).startsWith("line 2: DEL" + why), printed.err());

    options = new Options(0, 25_000, true, false, false, false);
    assertEquals(0, batch("GET c\n"));
    assertTrue(printed.out().contains("\"cause\":\"unreachable\",\"peer\":\""), printed.out());
    assertEquals("", printed.err());

    options = Options.NONE;
    batch("PUT c 4\n");
    assertEquals("", printed.err(), "nobody has asked");
  }

  /** One replica of two is away, and the other one holds what that one lacks. */
  private void failAPut() throws Exception {
    target.stop(1);
    target.awaitUnreachable(1);
    batch("PUT c 3\n");
    assertEquals("PUT: server response: failed (1)\n", printed.out());
  }

  private int batch(String input) throws Exception {
    printed = new Printed(options);
    try (ReplicaInUse replica =
        new ReplicaInUse(
            RkvClient.connect(target.name(0)), givenUp -> null, printed.console(), 5_000)) {
      ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(ISO_8859_1));
      Progress progress = new Progress(printed.console(), false);
      return new Batch(replica, in, session(printed.console()), progress).run();
    }
  }

  @Test
  void shouldTakeAPrefixThatLooksLikeAnOption() throws Exception {
    put(source, Map.of("--b", "1", "b", "2"));
    for (String options : List.of("", "--json")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Environment environment = Environment.of(Map.of("RKV_OPTIONS", options));
      Rkv rkv = new Rkv("rkv", environment, out, out, Terminals.NONE);
      assertEquals(0, rkv.run(source.name(0), "LIST", "--", "--b"), out::toString);
      assertEquals(0, rkv.run(source.name(0), "LIST", "--value-only", "--", "--b"), out::toString);
      assertEquals(2, out.toString(ISO_8859_1).lines().count(), out::toString);
    }
  }

  @Test
  void shouldListAsALineOfInput() throws Exception {
    put(source, Map.of("a", "1", "b", "2", "--c", "3"));
    String input =
        "list\nLIST a\nList --limit 1 --keys-only\nLIST -- --c\nLIST a b\nLIST --json\nLIST --limit x\n";
    printed = new Printed(options);
    try (ReplicaInUse replica =
        new ReplicaInUse(
            RkvClient.connect(source.name(0)), givenUp -> null, printed.console(), 5_000)) {
      ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(ISO_8859_1));
      Progress progress = new Progress(printed.console(), false);
      assertEquals(1, new Batch(replica, in, session(printed.console()), progress).run());
    }

    assertEquals("--c 3\na 1\nb 2\na 1\n--c\n--c 3\n", printed.out());
    assertEquals(
        "line 5: usage: LIST [PREFIX] [--keys-only] [--limit N]\n"
            + "line 6: usage: LIST [PREFIX] [--keys-only] [--limit N]\n"
            + "line 7: Invalid value for option '--limit': 'x' is not a whole number\n",
        printed.err());
  }

  @Test
  void shouldListAsJson() throws Exception {
    put(source, Map.of("a", "1", "\u00ff", "\u00fe"));
    options = new Options(0, 5_000, true, false, false, true);

    assertEquals(0, list());
    assertEquals(
        "{\"command\":\"LIST\",\"key\":\"a\",\"value\":\"1\"}\n"
            + "{\"command\":\"LIST\",\"keyBase64\":\"/w==\","
            + "\"valueBase64\":\"/g==\"}\n",
        printed.out());
  }
}
