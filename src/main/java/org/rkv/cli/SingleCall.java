package org.rkv.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.Connector;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.protocol.ResponseText;
import org.rkv.rpc.Reason;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.kvClient;

/**
 * One call, with fail-over: the next replica is asked when one cannot be reached, and when a read
 * is not answered in half of the time, but then no third one: where replicas are slow since they
 * have too much to do, they must not get more. A write that may have been sent is not sent again.
 * All of it together takes no longer than the time-out. With one replica only, what is printed is
 * what the C client prints. Used once.
 */
final class SingleCall {
  /** For what is asked only to be remembered, after the answer has been printed. */
  private static final int REMEMBERING_TIMEOUT_MILLIS = 1_000;

  /** For why a call has failed, which the replica knows. */
  private static final int EXPLAINING_TIMEOUT_MILLIS = 1_000;

  private static final long NANOS_A_MILLI = 1_000_000;

  static final String UNKNOWN = "outcome unknown: the write may have been applied";

  private final Connector connector;
  private final ReplicaCache known;
  private final Options options;
  private final Console console;
  private final long endNanos;

  /** What went wrong at the first replica, which is the one that the user asked. */
  private String firstHost;

  private String firstReason;
  private boolean firstConnected;

  SingleCall(Connector connector, ReplicaCache known, Options options, Console console) {
    this.connector = connector;
    this.known = known;
    this.options = options;
    this.console = console;
    endNanos = System.nanoTime() + options.timeoutMillis() * NANOS_A_MILLI;
  }

  /**
   * Makes the call.
   *
   * @return the exit status
   * @throws IOException if the command's own output cannot be written
   */
  int run(Candidates candidates, Question question) throws IOException {
    String host;
    boolean wasAsked = false;
    while ((host = candidates.next()) != null) {
      boolean mayMoveOn = !wasAsked && candidates.hasNext();
      int leftMillis = leftMillis();
      int shareMillis = mayMoveOn ? leftMillis / 2 : leftMillis;
      long shareEndNanos = System.nanoTime() + shareMillis * NANOS_A_MILLI;
      kvClient replica;
      try {
        replica = ReplicaStub.connect(connector.within(shareMillis), host, options.timeoutMillis());
      } catch (ConnectFailedException e) {
        note(host, e.reason(), false);
        continue;
      }
      if (firstHost != null) {
        console.errLine("rkv: " + firstHost + ": RPC: " + firstReason + "; asking " + host);
      }
      try {
        replica
            .getClient()
            .setTimeout(question.isWrite() ? leftMillis() : millisUntil(shareEndNanos));
        return ask(host, replica, question);
      } catch (OncRpcException e) {
        if (!mayAskAgain(question, e)) {
          return failed(host, question, e, candidates);
        }
        note(host, e.getMessage(), true);
        boolean wasSent = e.getReason() != OncRpcException.RPC_CANTSEND;
        if (wasSent && wasAsked) {
          return nobodyAnswered(question);
        }
        wasAsked |= wasSent;
      } finally {
        close(replica);
      }
    }
    return nobodyAnswered(question);
  }

  /** Of the time for everything; at least one, since 0 is for ever. */
  private int leftMillis() {
    return millisUntil(endNanos);
  }

  private static int millisUntil(long nanos) {
    return (int) Math.max(1, (nanos - System.nanoTime()) / NANOS_A_MILLI);
  }

  private int ask(String host, kvClient replica, Question question)
      throws OncRpcException, IOException {
    Reply reply = question.ask(replica);
    Reason why = null;
    if (options.asksWhy() && reply instanceof KeyReply failed && failed.isAnnouncedFailed()) {
      replica.getClient().setTimeout(Math.min(EXPLAINING_TIMEOUT_MILLIS, leftMillis()));
      why = question.why(replica);
      reply = failed.because(why);
    }
    int status = console.answer(reply);
    if (why != null && !options.json()) {
      console.errLine("rkv: " + question.command() + ": " + ControlCharacters.replaced(why.text));
    }
    console.flush();
    if (firstHost == null) {
      remember(host, replica);
    }
    return status;
  }

  private static void close(kvClient replica) {
    try {
      replica.close();
    } catch (OncRpcException e) {
      return; // Whatever there was to hear has been heard.
    }
  }

  private void note(String host, String reason, boolean connected) {
    if (firstHost == null) {
      firstHost = host;
      firstReason = reason;
      firstConnected = connected;
    }
  }

  /** A write of which the last byte could not be sent has not been carried out. */
  private static boolean mayAskAgain(Question question, OncRpcException e) {
    switch (e.getReason()) {
      case OncRpcException.RPC_CANTSEND:
        return true;
      case OncRpcException.RPC_CANTRECV:
      case OncRpcException.RPC_TIMEDOUT:
        return !question.isWrite();
      default:
        return false;
    }
  }

  private int failed(String host, Question question, OncRpcException e, Candidates candidates)
      throws IOException {
    boolean unknown = question.isWrite() && e.getReason() != OncRpcException.RPC_FAILED;
    sayFailed(question, e.getMessage(), unknown);
    if (RpcMessage.TOO_WEAK.equals(e.getMessage())) {
      console.errLine("rkv: " + host + " " + ResponseText.notPermitted(question.isWrite()));
    }
    if (unknown && (options.exitStatus() || options.json() || candidates.areSeveral())) {
      console.errLine(UNKNOWN);
      return ExitStatus.UNKNOWN;
    }
    return ExitStatus.FAILED;
  }

  private int nobodyAnswered(Question question) throws IOException {
    if (firstConnected) {
      sayFailed(question, firstReason, false);
      return ExitStatus.FAILED;
    }
    if (options.json()) {
      console.outLine(error(question, firstReason, false));
    } else {
      console.outLine("client create failed");
    }
    console.errLine(firstHost + ": RPC: " + firstReason);
    return ExitStatus.FAILED;
  }

  private void sayFailed(Question question, String reason, boolean unknown) throws IOException {
    if (options.json()) {
      console.outLine(error(question, reason, unknown));
    }
    console.errLine(question.command() + ": rpc error: RPC: " + reason);
  }

  private static String error(Question question, String reason, boolean unknown) {
    Json json = new Json().text("command", question.command());
    if (question.key() != null) {
      json.bytes("key", question.key());
    }
    json.text("error", reason);
    return unknown ? json.text("outcome", "unknown").toString() : json.toString();
  }

  /** Asks the replica that has just answered for the others, if that was long ago. */
  private void remember(String host, kvClient replica) {
    long now = System.currentTimeMillis() / 1000;
    if (!options.failover() || !known.isStale(host, now)) {
      return;
    }
    List<String> names = new ArrayList<>();
    try {
      replica.getClient().setTimeout(REMEMBERING_TIMEOUT_MILLIS);
      for (ReplicaInfo each : replica.REPLICAS_1().value) {
        names.add(each.name);
      }
    } catch (OncRpcException | IOException e) {
      names = known.namedBy(host); // Not to be asked at every call.
    }
    known.remember(host, names, now);
  }
}
