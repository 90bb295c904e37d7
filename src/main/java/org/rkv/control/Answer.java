package org.rkv.control;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * What a replica says of itself when it is asked, as the table shows it; {@code -} stands for what
 * is not known.
 *
 * @param state {@code serving}, {@code catching-up}, {@code not-answering} (it serves other
 *     replicas and answers no client), {@code silent} (it takes a connection and answers nothing),
 *     {@code not-permitted} (it answers that we may not ask), {@code refused} (nobody listens at
 *     the port) or {@code unreachable}
 * @param entries that it holds
 * @param unsettled entries that not all replicas are known to hold
 * @param peers those reached, of all
 * @param writes {@code ok}, or who keeps them from success here, or {@code disk-full}; {@code -}
 *     where no client is answered
 * @param uptime in the two largest units
 * @param waitingFor what keeps it from serving, or from answering
 * @param clockLead how far its stamps are ahead of its wall clock, if that is over a second
 * @param release of the program
 * @param data that it keeps on its disk
 * @param troubles why it does not work together with others: name, colon and reason of each
 * @param failures how often clients were told of a failure, for each reason
 * @param process that it says it is
 */
record Answer(
    String state,
    String entries,
    String unsettled,
    String peers,
    String writes,
    String uptime,
    String waitingFor,
    String clockLead,
    String release,
    KeptData data,
    List<String> troubles,
    List<String> failures,
    AnsweringProcess process) {
  /** What the column of the table says where nothing keeps writes from success. */
  static final String WRITES_SUCCEED = "ok";

  /** The state of one whose list of clients does not have us. */
  static final String NOT_PERMITTED = "not-permitted";

  /** What a replica says at the longest, which is what to do about two histories, fits in. */
  private static final int MAX_SHOWN_CHARS = 400;

  /** In a column; how many more there are is told. */
  private static final int MAX_SHOWN_NAMES = 3;

  /** As many peers as a replica can have. */
  private static final int MAX_TROUBLES = 63;

  /** Reasons of one replica that are shown. */
  private static final int MAX_FAILURES = 20;

  private static final long MOST_LEAD_MILLIS = 1000;

  /** Of a replica that did not answer. */
  static Answer none(String state) {
    return new Answer(
        state,
        Row.UNKNOWN,
        Row.UNKNOWN,
        Row.UNKNOWN,
        Row.UNKNOWN,
        Row.UNKNOWN,
        Row.UNKNOWN,
        Row.UNKNOWN,
        Row.UNKNOWN,
        KeptData.UNKNOWN,
        List.of(),
        List.of(),
        AnsweringProcess.UNKNOWN);
  }

  /** Of one that works together with ours. */
  static Answer of(Status status) {
    long reached = Stream.of(status.peers).filter((PeerStatus peer) -> peer.reachable).count();
    return new Answer(
        state(status),
        Integer.toString(status.entries),
        Integer.toString(status.unsettled),
        reached + "/" + status.peers.length,
        writes(status),
        duration(TimeUnit.MILLISECONDS.toSeconds(status.uptime_millis)),
        waitingFor(status),
        status.clock_lead_millis <= MOST_LEAD_MILLIS
            ? Row.UNKNOWN
            : duration(TimeUnit.MILLISECONDS.toSeconds(status.clock_lead_millis)),
        shown(status.release),
        KeptData.of(status.data),
        troubles(status.peers),
        failures(status.failures),
        new AnsweringProcess(
            status.pid,
            status.start_ticks,
            shown(status.directory),
            shown(status.options),
            status.options_hash));
  }

  /** Of one of another release, of which only the front of its status is understood. */
  static Answer ofFront(Status front) {
    return new Answer(
        state(front),
        Integer.toString(front.entries),
        Integer.toString(front.unsettled),
        Row.UNKNOWN,
        Row.UNKNOWN,
        duration(TimeUnit.MILLISECONDS.toSeconds(front.uptime_millis)),
        waitingFor(front),
        Row.UNKNOWN,
        shown(front.release),
        KeptData.UNKNOWN,
        List.of(),
        List.of(),
        AnsweringProcess.UNKNOWN);
  }

  /** Whether whoever answered is one. */
  boolean isOfAReplica() {
    return switch (state) {
      case "serving", "not-answering", "catching-up" -> true;
      default -> false;
    };
  }

  /** Whether somebody is there who tells nothing of himself. */
  boolean isOfNoWords() {
    return state.equals("silent") || state.equals(NOT_PERMITTED);
  }

  private static String waitingFor(Status status) {
    return status.waiting_for.isEmpty() ? Row.UNKNOWN : shown(status.waiting_for);
  }

  /** A write needs all peers, whatever they say of each other. */
  private static String writes(Status status) {
    if (!state(status).equals("serving")) {
      return Row.UNKNOWN;
    }
    if (status.data.full) {
      return "disk-full";
    }
    List<String> missing =
        Arrays.stream(status.peers)
            .filter(peer -> !peer.reachable)
            .map(peer -> shown(peer.name).replace(' ', '?'))
            .toList();
    if (missing.size() <= MAX_SHOWN_NAMES) {
      return missing.isEmpty() ? WRITES_SUCCEED : String.join(",", missing);
    }
    return String.join(",", missing.subList(0, MAX_SHOWN_NAMES))
        + ",+"
        + (missing.size() - MAX_SHOWN_NAMES);
  }

  private static String state(Status status) {
    if (status.state != kv.REPLICA_SERVING) {
      return "catching-up";
    }
    return status.waiting_for.isEmpty() ? "serving" : "not-answering";
  }

  private static List<String> troubles(PeerStatus[] peers) {
    return Arrays.stream(peers)
        .filter(peer -> !peer.trouble.isEmpty())
        .limit(MAX_TROUBLES)
        .map(peer -> shown(peer.name + ": " + peer.trouble))
        .toList();
  }

  private static List<String> failures(FailureCount[] counts) {
    return Arrays.stream(counts)
        .limit(MAX_FAILURES)
        .map(
            failure ->
                shown(
                    failure.count
                        + " "
                        + failure.cause
                        + (failure.peer.isEmpty() ? "" : " " + failure.peer)
                        + ", the last "
                        + duration(TimeUnit.MILLISECONDS.toSeconds(failure.last_millis))
                        + " ago"))
        .toList();
  }

  /** The largest unit and the next one. */
  static String duration(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m" + seconds % 60 + "s";
    }
    return seconds < 86_400
        ? seconds / 3600 + "h" + seconds % 3600 / 60 + "m"
        : seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
  }

  /** Whoever answers may send anything; it goes to a terminal. */
  private static String shown(String text) {
    String line = text.replaceAll("[^ -~]", "?");
    return line.length() > MAX_SHOWN_CHARS ? line.substring(0, MAX_SHOWN_CHARS) + "..." : line;
  }
}
