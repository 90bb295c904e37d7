package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTableTest {
  private static final Answer SERVING =
      new Answer(
          "serving",
          "7",
          "2",
          "3/4",
          "ok",
          "1m5s",
          "-",
          "-",
          "1.1.0",
          KeptData.UNKNOWN,
          List.of(),
          List.of(),
          AnsweringProcess.UNKNOWN);
  private static final Answer CATCHING_UP =
      new Answer(
          "catching-up",
          "0",
          "0",
          "0/4",
          "-",
          "5s",
          "replica b",
          "-",
          "1.1.0",
          KeptData.UNKNOWN,
          List.of(),
          List.of(),
          AnsweringProcess.UNKNOWN);

  @Test
  void shouldAlignTheColumnsAndSayLastWhoWaitsForWhat() {
    StatusTable table = new StatusTable();
    table.add(
        new Row("a", "10.0.0.11:20456", "4711", "serving", "target/run/a.log", "-", "-"), SERVING);
    table.add(
        new Row("b.example", "b:1", "-", "unreachable", "-", "-", "-"), Answer.none("refused"));
    table.add(new Row("c", "c:1", "1", "starting", "target/run/c.log", "-", "-"), CATCHING_UP);

    assertEquals(
        List.of(
            "REPLICA    ADDRESS          PID   STATE        ENTRIES  UNSETTLED  PEERS  WRITES "
                + " UPTIME  DATA  LOG               REASON",
            "a          10.0.0.11:20456  4711  serving      7        2          3/4    ok      1m5s"
                + "    -     target/run/a.log  -",
            "b.example  b:1              -     unreachable  -        -          -      -       -   "
                + "    -     -                 -",
            "c          c:1              1     catching-up  0        0          0/4    -       5s  "
                + "    -     target/run/c.log  -",
            "c waits for replica b"),
        table.lines());
    assertFalse(table.isAllWell());
  }

  @ParameterizedTest
  @CsvSource({
    "serving, serving, serving",
    "starting, serving, serving",
    "stopped, serving, serving",
    "unreachable, serving, serving",
    "failed, serving, serving",
    "serving, catching-up, catching-up",
    "serving, not-answering, not-answering",
    "failed, not-answering, not-answering",
    "serving, silent, silent",
    "stopped, silent, silent",
    "failed, silent, failed",
    "serving, not-permitted, not-permitted",
    "failed, not-permitted, failed",
    "serving, refused, silent",
    "serving, unreachable, silent",
    "starting, refused, starting",
    "stopped, refused, stopped",
    "not-installed, unreachable, not-installed"
  })
  void shouldBelieveTheReplicaRatherThanItsProcess(String process, String answer, String state) {
    StatusTable table = new StatusTable();
    table.add(
        new Row("a", "a:1", "-", process, "-", "-", "-"),
        new Answer(
            answer,
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "1.1.0",
            KeptData.UNKNOWN,
            List.of(),
            List.of(),
            AnsweringProcess.UNKNOWN));

    assertEquals(state, table.lines().get(1).split(" +")[3]);
    assertEquals(state.equals("serving"), table.isAllWell());
  }

  @Test
  void shouldSayWhoseClockLeads() {
    StatusTable table = new StatusTable();
    table.add(
        new Row("a", "a:1", "1", "serving", "log", "-", "-"),
        new Answer(
            "serving",
            "7",
            "2",
            "3/4",
            "ok",
            "1m5s",
            "-",
            "10m0s",
            "1.1.0",
            KeptData.UNKNOWN,
            List.of(),
            List.of(),
            AnsweringProcess.UNKNOWN));

    assertEquals("a has stamps 10m0s ahead of its wall clock", table.lines().get(2));
    assertTrue(table.isAllWell());
  }

  @Test
  void shouldSayWhatAReplicaWaitsForThatServesAndAnswersNobody() {
    StatusTable table = new StatusTable();
    table.add(
        new Row("a", "a:1", "1", "serving", "log", "-", "-"),
        new Answer(
            "not-answering",
            "7",
            "2",
            "1/1",
            "-",
            "1m5s",
            "replica b to list us",
            "-",
            "1.1.0",
            KeptData.UNKNOWN,
            List.of(),
            List.of(),
            AnsweringProcess.UNKNOWN));

    assertEquals(
        "a: no client is answered: waiting for replica b to list us", table.lines().get(2));
    assertFalse(table.isAllWell());
  }

  /**
   * As with a firewall that lets calls through in one direction only: all serve, and one is cut
   * off.
   */
  @Test
  void shouldNotBeWellWhereWritesFailThoughAllServe() {
    StatusTable table = new StatusTable();
    table.add(row("a"), SERVING);
    assertTrue(table.isAllWell());
    table.add(
        row("b"),
        new Answer(
            "serving",
            "7",
            "2",
            "3/4",
            "a",
            "5s",
            "-",
            "-",
            "1.1.0",
            KeptData.UNKNOWN,
            List.of("a: no connection within 2000 ms"),
            List.of(),
            AnsweringProcess.UNKNOWN));

    assertEquals("a", table.lines().get(2).split(" +")[7]);
    assertFalse(table.isAllWell());
  }

  @Test
  void shouldSayInTwoWordsWhyOneIsOfNoUseToTheOthers() {
    StatusTable table = new StatusTable();
    table.add(
        row("a"), inTrouble("b: unknown host", "c: its capacity or maximal length is not ours"));

    assertEquals("other limits", table.lines().get(1).split(" +", 12)[11]);
  }

  @Test
  void shouldSayEachTroubleOnceWithAllWhoHaveIt() {
    StatusTable table = new StatusTable();
    table.add(row("a"), inTrouble("b: unknown host", "c: its replica file is not ours"));
    table.add(row("d"), inTrouble("b: unknown host"));

    assertEquals(
        List.of("a, d: b: unknown host", "a: c: its replica file is not ours"),
        table.lines().subList(3, 5));
    assertTrue(table.isAllWell());
  }

  @Test
  void shouldSayWhichIsOfAReleaseThatDoesNotWorkWithThisOne() {
    StatusTable table = new StatusTable();
    table.add(
        row("a"),
        new Answer(
            "serving",
            "7",
            "2",
            "-",
            "-",
            "5s",
            "-",
            "-",
            "1.0.0",
            KeptData.UNKNOWN,
            List.of(),
            List.of(),
            AnsweringProcess.UNKNOWN));

    assertEquals(
        "a is of release 1.0.0, which does not work together with release unknown",
        table.lines().get(2));
    assertTrue(table.isAllWell());
  }

  private static Row row(String name) {
    return new Row(name, name + ":1", "1", "serving", "log", "-", "-");
  }

  private static Answer inTrouble(String... troubles) {
    return new Answer(
        "serving",
        "7",
        "2",
        "2/4",
        "ok",
        "1m5s",
        "-",
        "-",
        "1.1.0",
        KeptData.UNKNOWN,
        List.of(troubles),
        List.of(),
        AnsweringProcess.UNKNOWN);
  }

  @Test
  void shouldBeWellWhenAllServe() {
    StatusTable table = new StatusTable();
    table.add(new Row("a", "a:1", "1", "serving", "log", "-", "-"), SERVING);
    table.add(new Row("b", "b:1", "2", "serving", "log", "-", "-"), SERVING);

    assertTrue(table.isAllWell());
  }

  @Test
  void shouldSayWhyCallsWereAnnouncedAsFailed() {
    StatusTable table = new StatusTable();
    table.add(
        new Row("a", "a:1", "-", "serving", "-", "-", "-"),
        new Answer(
            "serving",
            "7",
            "2",
            "4/4",
            "ok",
            "1m5s",
            "-",
            "-",
            "1.1.0",
            KeptData.UNKNOWN,
            List.of(),
            List.of("12 silent b, the last 3s ago"),
            AnsweringProcess.UNKNOWN));

    assertEquals("a has announced as failed: 12 silent b, the last 3s ago", table.lines().get(2));
    assertTrue(table.isAllWell(), "it is over");
  }
}
