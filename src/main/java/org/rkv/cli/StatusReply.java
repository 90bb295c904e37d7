package org.rkv.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/** The answer to STATUS: how a replica is. Immutable. */
record StatusReply(Status status) implements Reply {
  @Override
  public String text() {
    StringJoiner lines = new StringJoiner("\n");
    lines.add("name: " + ControlCharacters.replaced(status.name));
    lines.add("state: " + state());
    if (!status.waiting_for.isEmpty()) {
      lines.add("waiting for: " + ControlCharacters.replaced(status.waiting_for));
    }
    lines.add("version: " + ControlCharacters.replaced(status.release));
    lines.add("port: " + status.port);
    lines.add("origin: " + Long.toHexString(status.origin));
    lines.add("uptime: " + show(Duration.ofMillis(status.uptime_millis)));
    lines.add("entries: " + status.entries + " of " + status.capacity);
    lines.add("tombstones: " + status.tombstones);
    lines.add("unsettled: " + status.unsettled);
    lines.add("max length: " + status.max_length);
    lines.add("connections: " + status.connections);
    lines.add("calls under way: " + status.calls_under_way);
    lines.add("calls: " + calls());
    lines.add("errors: " + status.errors);
    lines.add("announced as failed: " + failed());
    lines.add("clock lead: " + status.clock_lead_millis + " ms");
    lines.add("memory: " + (status.held_bytes >> 10) + " of " + (status.max_bytes >> 10) + " KiB");
    lines.add("process: " + status.pid + " in " + ControlCharacters.replaced(status.directory));
    lines.add(
        "options: "
            + (status.options.isEmpty() ? "none" : ControlCharacters.replaced(status.options)));
    lines.add("data: " + show(status.data));
    for (PeerStatus peer : status.peers) {
      lines.add("peer " + ControlCharacters.replaced(peer.name) + ": " + show(peer));
    }
    return lines.toString();
  }

  private String calls() {
    StringJoiner calls = new StringJoiner(", ");
    calls.setEmptyValue("none");
    for (int i = 0; i < status.calls.length; i++) {
      if (status.calls[i] != 0) {
        calls.add(procedure(i) + " " + status.calls[i]);
      }
    }
    return calls.toString();
  }

  private String failed() {
    StringJoiner failures = new StringJoiner(", ");
    failures.setEmptyValue("none");
    for (FailureCount failure : status.failures) {
      failures.add(
          failure.count
              + " "
              + ControlCharacters.replaced(failure.cause)
              + (failure.peer.isEmpty() ? "" : " " + ControlCharacters.replaced(failure.peer))
              + " (the last "
              + show(Duration.ofMillis(failure.last_millis))
              + " ago)");
    }
    return failures.toString();
  }

  private static String show(PeerStatus peer) {
    return (peer.reachable ? "reachable, " + state(peer.state) : "not reachable")
        + (peer.round_trip_micros < 0 ? "" : ", round trip " + peer.round_trip_micros + " us")
        + ", calls under way "
        + peer.calls_under_way
        + ", bytes queued "
        + peer.queued_bytes
        + ", calls failed "
        + peer.calls_failed
        + (peer.trouble.isEmpty() ? "" : ": " + ControlCharacters.replaced(peer.trouble));
  }

  private static String show(DataStatus data) {
    if (data.directory.isEmpty()) {
      return "in memory only";
    }
    StringJoiner words = new StringJoiner(", ");
    words.add("in " + ControlCharacters.replaced(data.directory));
    words.add(standing(data.standing));
    if (data.was_empty) {
      words.add("new directory");
    }
    if (data.full) {
      words.add("the disk is full");
    }
    words.add((data.file_bytes >> 10) + " KiB of files");
    return words
        .add(data.unforced_bytes + " bytes not yet on the disk")
        .add("the oldest for " + data.unforced_millis + " ms")
        .toString();
  }

  private static String standing(int standing) {
    return switch (standing) {
      case kv.STANDING_NEW -> "never complete yet";
      case kv.STANDING_CATCHING_UP -> "not complete";
      case kv.STANDING_DOUBTFUL -> "doubtful";
      case kv.STANDING_COMPLETE -> "complete";
      case kv.STANDING_DAMAGED -> "damaged";
      default -> "unknown standing";
    };
  }

  private static String show(Duration uptime) {
    String time =
        uptime.toHoursPart() + " h " + uptime.toMinutesPart() + " min " + uptime.toSecondsPart();
    return (uptime.toDays() == 0 ? "" : uptime.toDays() + " d ") + time + " s";
  }

  private String state() {
    return isSilent() ? "not answering" : state(status.state);
  }

  /** Whether it serves other replicas, and waits for something before it answers clients. */
  private boolean isSilent() {
    return status.state == kv.REPLICA_SERVING && !status.waiting_for.isEmpty();
  }

  private static String state(int state) {
    return switch (state) {
      case kv.REPLICA_SERVING -> "serving";
      case kv.REPLICA_CATCHING_UP -> "catching up";
      default -> "unknown state";
    };
  }

  private static String procedure(int number) {
    return KvProgram.nameOf(number);
  }

  @Override
  public String json() {
    Json calls = new Json();
    for (int i = 0; i < status.calls.length; i++) {
      calls.number(procedure(i), status.calls[i]);
    }
    List<Json> peers = new ArrayList<>();
    for (PeerStatus peer : status.peers) {
      peers.add(
          new Json()
              .bytes("name", peer.name)
              .flag("reachable", peer.reachable)
              .text("state", state(peer.state))
              .number("roundTripMicros", peer.round_trip_micros)
              .number("callsUnderWay", peer.calls_under_way)
              .number("queuedBytes", peer.queued_bytes)
              .number("callsFailed", peer.calls_failed)
              .bytes("trouble", peer.trouble));
    }
    List<Json> failures = new ArrayList<>();
    for (FailureCount failure : status.failures) {
      failures.add(
          new Json()
              .bytes("cause", failure.cause)
              .bytes("peer", failure.peer)
              .number("count", failure.count)
              .number("lastMillis", failure.last_millis));
    }
    return new Json()
        .text("command", Question.STATUS)
        .bytes("name", status.name)
        .text("state", state())
        .bytes("waitingFor", status.waiting_for)
        .text("version", status.release)
        .number("port", status.port)
        .text("origin", Long.toHexString(status.origin))
        .number("uptimeMillis", status.uptime_millis)
        .number("entries", status.entries)
        .number("capacity", status.capacity)
        .number("tombstones", status.tombstones)
        .number("unsettled", status.unsettled)
        .number("maxLength", status.max_length)
        .number("connections", status.connections)
        .number("callsUnderWay", status.calls_under_way)
        .object("calls", calls)
        .number("errors", status.errors)
        .list("peers", peers)
        .number("clockLeadMillis", status.clock_lead_millis)
        .number("maxBytes", status.max_bytes)
        .number("heldBytes", status.held_bytes)
        .number("pid", status.pid)
        .number("startTicks", status.start_ticks)
        .bytes("directory", status.directory)
        .bytes("options", status.options)
        .text("optionsHash", Long.toHexString(status.options_hash))
        .object("data", json(status.data))
        .list("failures", failures)
        .toString();
  }

  private static Json json(DataStatus data) {
    Json json = new Json().bytes("directory", data.directory);
    return data.directory.isEmpty()
        ? json
        : json.text("standing", standing(data.standing))
            .flag("wasEmpty", data.was_empty)
            .flag("full", data.full)
            .number("fileBytes", data.file_bytes)
            .number("unforcedBytes", data.unforced_bytes)
            .number("unforcedMillis", data.unforced_millis);
  }

  /** The state alone. */
  @Override
  public String value() {
    return state() + "\n";
  }

  /** A replica that answers no client is as good as one that cannot be reached. */
  @Override
  public int exitStatus() {
    return status.state == kv.REPLICA_SERVING && !isSilent() ? ExitStatus.DONE : ExitStatus.FAILED;
  }
}
