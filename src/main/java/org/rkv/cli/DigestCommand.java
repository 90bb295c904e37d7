package org.rkv.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.client.ConnectFailedException;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.protocol.ResponseText;
import org.rkv.rpc.Contents;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * {@code rkv HOST DIGEST}: do all replicas hold the same? Asks HOST for the others, and then all at
 * once for their digests, over keys, values and stamps. While clients write, replicas differ for a
 * moment; when nobody writes, they must not. What one holds that does not serve yet may not be all.
 */
final class DigestCommand {
  private static final String COMMAND = "DIGEST";
  private static final int MOST_AT_A_TIME = 32;
  private static final long PATIENCE_SECONDS = 30;
  private static final long NO_KNOWN_START = 0;

  private final Session session;
  private final Console console;

  DigestCommand(Session session) {
    this.session = session;
    console = session.console();
  }

  /** What one replica answered: its contents, or why there are none; and whether it serves. */
  private record ReplicaDigest(String name, Contents contents, boolean serves, String failure) {
    static ReplicaDigest silent(String name, String why) {
      return new ReplicaDigest(name, null, false, why);
    }

    String text() {
      String shown = ControlCharacters.replaced(name);
      return contents == null
          ? shown + ": " + failure
          : String.format(
              "%s: %d entries %s, %d tombstones, %d unsettled%s",
              shown,
              contents.entries,
              hex(contents.entries_digest.value),
              contents.tombstones,
              contents.unsettled,
              serves ? "" : ", not serving");
    }

    Json json() {
      Json json = new Json().bytes("name", name);
      return contents == null
          ? json.text("error", failure)
          : json.number("entries", contents.entries)
              .text("digest", hex(contents.entries_digest.value))
              .number("tombstones", contents.tombstones)
              .number("unsettled", contents.unsettled)
              .flag("serving", serves);
    }

    private static String hex(byte[] bytes) {
      StringBuilder hex = new StringBuilder();
      for (byte each : bytes) {
        hex.append(String.format("%02x", each));
      }
      return hex.toString();
    }
  }

  /**
   * Runs the command.
   *
   * @return 0 if all replicas answer, serve and hold the same; otherwise 1, or with {@code
   *     --exit-status} {@link ExitStatus#DIFFERENT} if two of them differ
   * @throws IOException if its own output cannot be written
   */
  int run(String hosts) throws IOException {
    String host = place(hosts);
    List<String> names = new ArrayList<>(List.of(host));
    try {
      kvClient replica = connect(host);
      ReplicaInfo[] all = replica.REPLICAS_1().value;
      for (int i = 1; i < all.length; i++) {
        names.add(place(all[i].name));
      }
      replica.close();
    } catch (ConnectFailedException e) {
      console.outLine(console.isJson() ? Json.error(COMMAND, e.reason()) : "client create failed");
      console.errLine(host + ": RPC: " + e.reason());
      return ExitStatus.FAILED;
    } catch (OncRpcException e) {
      if (console.isJson()) {
        console.outLine(Json.error(COMMAND, e.getMessage()));
      }
      console.errLine("DIGEST: rpc error: RPC: " + e.getMessage());
      if (RpcMessage.TOO_WEAK.equals(e.getMessage())) {
        console.errLine("rkv: " + host + " " + ResponseText.notPermitted(false));
      }
      return ExitStatus.FAILED;
    }
    List<ReplicaDigest> answers = askAll(names);
    return conclude(answers);
  }

  private int conclude(List<ReplicaDigest> answers) throws IOException {
    boolean differ = doDiffer(answers);
    List<String> silent = new ArrayList<>();
    List<String> idle = new ArrayList<>();
    for (ReplicaDigest answer : answers) {
      String shown = ControlCharacters.replaced(answer.name());
      if (answer.contents() == null) {
        silent.add(shown);
      } else if (!answer.serves()) {
        idle.add(shown);
      }
    }
    boolean areAllThere = silent.isEmpty() && idle.isEmpty();
    if (session.options().json()) {
      List<Json> list = answers.stream().map(ReplicaDigest::json).toList();
      Json json =
          new Json()
              .text("command", COMMAND)
              .flag("equal", !differ && areAllThere)
              .flag("differ", differ);
      console.outLine(json.list("replicas", list).toString());
    } else {
      for (ReplicaDigest answer : answers) {
        console.outLine(answer.text());
      }
      StringJoiner conclusion = new StringJoiner("; ");
      absent(silent, "answer").ifPresent(conclusion::add);
      absent(idle, "serve yet").ifPresent(conclusion::add);
      if (silent.size() + idle.size() < answers.size()) {
        conclusion.add(verdict(differ, areAllThere));
      }
      console.outLine(conclusion.toString());
    }
    if (differ && session.options().exitStatus()) {
      return ExitStatus.DIFFERENT;
    }
    return differ || !areAllThere ? ExitStatus.FAILED : ExitStatus.DONE;
  }

  private static String verdict(boolean differ, boolean areAllThere) {
    if (areAllThere) {
      return differ ? "not all replicas hold the same" : "all replicas hold the same";
    }
    return differ ? "the others do not hold the same" : "the others hold the same";
  }

  private static Optional<String> absent(List<String> names, String what) {
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join(", ", names) + (names.size() == 1 ? " does not " : " do not ") + what);
  }

  /** With the port of the options, if there is one. */
  private String place(String name) {
    return session.candidates(name).next();
  }

  private List<ReplicaDigest> askAll(List<String> names) {
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(names.size(), MOST_AT_A_TIME));
    try {
      List<Future<ReplicaDigest>> asked = new ArrayList<>();
      for (String name : names) {
        asked.add(threads.submit(() -> ask(name)));
      }
      List<ReplicaDigest> answers = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        answers.add(await(names.get(i), asked.get(i)));
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  private static ReplicaDigest await(String name, Future<ReplicaDigest> asked) {
    try {
      return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ReplicaDigest.silent(name, "interrupted");
    } catch (ExecutionException | TimeoutException e) {
      return ReplicaDigest.silent(name, "no answer: " + e);
    }
  }

  private ReplicaDigest ask(String name) throws IOException {
    try {
      kvClient replica = connect(name);
      try {
        OptionalLong before = servingStart(replica);
        Contents contents = replica.DIGEST_1();
        boolean serves = before.isPresent() && before.equals(servingStart(replica));
        return new ReplicaDigest(name, contents, serves, null);
      } finally {
        replica.close();
      }
    } catch (ConnectFailedException e) {
      return ReplicaDigest.silent(name, e.reason());
    } catch (OncRpcException e) {
      return ReplicaDigest.silent(name, e.getMessage());
    }
  }

  /**
   * Which start of it serves; empty if it does not. What it holds is all of it only if the same one
   * serves before it has told that and behind: it may be done with catching up meanwhile, or begin
   * anew. Another release may have no STATUS, or say it in a way that is not known here, and counts
   * as serving.
   */
  private static OptionalLong servingStart(kvClient replica) throws OncRpcException, IOException {
    try {
      Status status = replica.STATUS_1();
      return status.state == kv.REPLICA_SERVING
          ? OptionalLong.of(status.origin)
          : OptionalLong.empty();
    } catch (OncRpcException e) {
      if (e.getReason() == OncRpcException.RPC_CANTDECODERES
          || GroupClient.NOT_OFFERED.equals(e.getMessage())) {
        return OptionalLong.of(NO_KNOWN_START);
      }
      throw e;
    }
  }

  private kvClient connect(String replica) throws ConnectFailedException {
    return ReplicaStub.connect(session.connector(), replica, session.options().timeoutMillis());
  }

  /** Whether two that serve hold something else. */
  private static boolean doDiffer(List<ReplicaDigest> answers) {
    Contents first = null;
    for (ReplicaDigest answer : answers) {
      Contents contents = answer.contents();
      if (contents == null || !answer.serves()) {
        continue;
      }
      if (first == null) {
        first = contents;
      } else if (!Arrays.equals(contents.entries_digest.value, first.entries_digest.value)) {
        return true;
      }
    }
    return false;
  }
}
