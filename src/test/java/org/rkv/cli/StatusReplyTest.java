package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.ServingStatus;

/** What {@code rkv status} says of a replica, and with which exit status. */
final class StatusReplyTest {
  private final Status status = status();
  private final StatusReply reply = new StatusReply(status);

  @Test
  void shouldBeWellWhereTheReplicaServesAndAnswers() {
    assertEquals("serving\n", reply.value());
    assertEquals(ExitStatus.DONE, reply.exitStatus());
    assertFalse(reply.text().contains("waiting for"), reply::text);
  }

  @Test
  void shouldNotBeWellWhereTheReplicaServesAndAnswersNobody() {
    status.waiting_for = "replica beta to list us again";

    assertEquals("not answering\n", reply.value());
    assertEquals(ExitStatus.FAILED, reply.exitStatus());
    assertTrue(
        reply
            .text()
            .contains("\nstate: not answering\nwaiting for: replica beta to list us again\n"),
        reply::text);
    assertTrue(
        reply
            .json()
            .contains(
                "\"state\":\"not answering\",\"waitingFor\":\"replica beta to list us again\""),
        reply::json);
  }

  @Test
  void shouldSayWhyAPeerIsNotReachable() {
    status.peers[0].trouble = "the name leads to replica gamma";

    assertTrue(
        reply.text().endsWith(", calls failed 0: the name leads to replica gamma"), reply::text);
    assertTrue(
        reply.json().contains("\"callsFailed\":0,\"trouble\":\"the name leads to replica gamma\"}"),
        reply::json);
  }

  @Test
  void shouldSayWhetherAllIsInMemoryOnly() {
    assertTrue(reply.text().contains("\ndata: in memory only\n"), reply::text);
    assertTrue(
        reply.json().endsWith(",\"data\":{\"directory\":\"\"},\"failures\":[]}"), reply::json);
  }

  @Test
  void shouldSayHowFarTheDiskIsBehind() {
    status.data.directory = "/var/lib/rkv/data";
    status.data.standing = kv.STANDING_COMPLETE;
    status.data.was_empty = true;
    status.data.file_bytes = 4096;
    status.data.unforced_bytes = 700;
    status.data.unforced_millis = 12;

    assertTrue(
        reply
            .text()
            .contains(
                "\ndata: in /var/lib/rkv/data, complete, new directory, 4 KiB of files,"
                    + " 700 bytes not yet on the disk, the oldest for 12 ms\n"),
        reply::text);
    assertTrue(
        reply
            .json()
            .endsWith(
                ",\"data\":{\"directory\":\"/var/lib/rkv/data\",\"standing\":\"complete\","
                    + "\"wasEmpty\":true,\"full\":false,\"fileBytes\":4096,"
                    + "\"unforcedBytes\":700,\"unforcedMillis\":12},\"failures\":[]}"),
        reply::json);
  }

  @Test
  void shouldCountWhatWasAnnouncedAsFailedByReason() {
    assertTrue(reply.text().contains("\nannounced as failed: none\n"), reply::text);
    status.failures =
        new FailureCount[] {failures("silent", "beta", 12), failures("not-serving", "", 3)};

    assertTrue(
        reply
            .text()
            .contains(
                "\nannounced as failed: 12 silent beta (the last 0 h 1 min 5 s ago),"
                    + " 3 not-serving (the last 0 h 1 min 5 s ago)\n"),
        reply::text);
    assertTrue(
        reply
            .json()
            .endsWith(
                ",\"failures\":[{\"cause\":\"silent\",\"peer\":\"beta\",\"count\":12,"
                    + "\"lastMillis\":65000},{\"cause\":\"not-serving\",\"peer\":\"\",\"count\":3,"
                    + "\"lastMillis\":65000}]}"),
        reply::json);
  }

  private static FailureCount failures(String cause, String peer, long count) {
    FailureCount failures = new FailureCount();
    failures.cause = cause;
    failures.peer = peer;
    failures.count = count;
    failures.last_millis = 65_000;
    return failures;
  }

  @Test
  void shouldPrintNothingThatATerminalWouldObey() {
    status.name = "\u001b[2J";
    status.release = "\u0007";
    status.data.directory = "\u001b[2J";
    status.waiting_for = "\u001b]0;x\n";
    status.peers[0].name = "\u009b";
    status.peers[0].trouble = "\r\n";
    status.failures = new FailureCount[] {failures("\u001b[2J", "\n", 1)};

    assertTrue(reply.text().lines().allMatch(line -> line.matches("[ -~]+")), reply::text);
    assertEquals(22, reply.text().lines().count(), reply::text);
    assertTrue(reply.json().matches("[ -~\u0080-\u00ff]+"), reply::json);
  }

  static Status status() {
    Status status = ServingStatus.of("alpha", "beta");
    status.options = "--capacity 1000";
    status.calls = new long[15];
    return status;
  }
}
