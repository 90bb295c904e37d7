package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.ReplicaName;

class RowTest {
  private static final ReplicaName NAME = new ReplicaName("a", 0);

  @TempDir Path directory;

  @Test
  void shouldTellTheStoryOfAReplica() throws IOException {
    assertEquals("stopped", row("-").state());

    write("a.pid", "7");
    assertEquals(new Row("a", "a:1", "7", "starting", directory + "/a.log", "-", "-"), row("7"));

    write("a.log", "moved; serving at noon \nINFO: serving at 10.0.0.9:1 (alone)\n");
    assertEquals("starting", row("7").state(), "a stored value may be in its log");

    write("a.start", "0 10.0.0.1:1");
    assertEquals(
        new Row("a", "10.0.0.1:1", "7", "serving", directory + "/a.log", "-", "-"), row("7"));

    assertEquals("failed", row("-").state());
  }

  @Test
  void shouldReadWhatAnotherMachinePrints() {
    Row row = new Row("a", "10.0.0.1:1", "7", "serving", "target/run/a.log", "/d", "-", "/d/a");

    assertEquals(row, Row.parse(row.line(), NAME, "a:1"));
    String former = row.line().substring(0, row.line().lastIndexOf('\t'));
    assertEquals("-", Row.parse(former, NAME, "a:1").data(), "as of a release before this one");
  }

  @Test
  void shouldKnowItsNameInAnotherSpelling() {
    Row row = new Row("A:1", "10.0.0.1:1", "7", "serving", "target/run/a.log", "-", "-");

    assertEquals("a", Row.parse(row.line(), NAME, "a:1").name());
    assertNull(Row.parse(row.line(), NAME, "a:2"));
  }

  @Test
  void shouldNotTakeAnyLineForARow() {
    assertNull(Row.parse("Welcome to a", NAME, "a:1"));
    assertNull(Row.parse("a\ta:1\t7\tserving\tlog\t-\t-", NAME, "a:1"));
    assertNull(Row.parse("kv_r.sh row\tb\tb:1\t7\tserving\tlog\t-\t-", NAME, "a:1"));
    assertEquals("unknown", Row.parse("kv_r.sh row\ta\tb\tc", NAME, "a:1").state());
  }

  private Row row(String pid) {
    return Row.ofFiles(NAME, new RunFiles(directory, "a"), pid, "a:1", "-", "-", "-");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
