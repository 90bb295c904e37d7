package org.rkv.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * Asks several replicas at once how they are, for the table of {@code ./kv_r.sh status}. One that
 * is dead or frozen delays nobody: when the time is over, what is known is printed.
 *
 * <p>For each replica, in the order of the arguments, it prints one line of fields with tabs
 * between them: state, entries, unsettled entries, peers reached of all peers, uptime, and what it
 * waits for; {@code -} stands for what is not known. The state is {@code serving}, {@code
 * catching-up}, {@code silent} (it takes a connection and answers nothing), {@code refused} (nobody
 * listens at the port) or {@code unreachable}.
 */
public final class StatusLines {
  /** A name that cannot be resolved is the only thing that knows no deadline of its own. */
  private static final int RESOLVING_SLACK_MILLIS = 100;

  private static final int MAX_SHOWN_CHARS = 100;
  private static final int BAD_USAGE = 2;

  private StatusLines() {}

  /**
   * Prints the lines to standard output. Exit status 0 if all could be asked, 2 for bad usage.
   *
   * @param arguments how long to wait for all, in milliseconds, and each replica as HOST:PORT
   */
  public static void main(String[] arguments) throws InterruptedException {
    List<InetSocketAddress> replicas = new ArrayList<>();
    int timeoutMillis;
    try {
      timeoutMillis = Integer.parseInt(arguments[0]);
      for (int i = 1; i < arguments.length; i++) {
        replicas.add(place(arguments[i]));
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println("usage: org.rkv.cli.StatusLines MILLIS HOST:PORT...");
      System.exit(BAD_USAGE);
      return;
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    ask(replicas, timeoutMillis).forEach(out::println);
    System.exit(0); // a thread may still be resolving a name
  }

  /** Not resolved yet: that may take long. */
  private static InetSocketAddress place(String replica) {
    int colon = replica.lastIndexOf(':');
    return InetSocketAddress.createUnresolved(
        replica.substring(0, colon), Integer.parseInt(replica.substring(colon + 1)));
  }

  /** A line for each, within the time. */
  static List<String> ask(List<InetSocketAddress> replicas, int timeoutMillis)
      throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool(StatusLines::daemon);
    try {
      Deadline deadline = Deadline.afterMillis(timeoutMillis);
      List<Future<String>> answers =
          threads.invokeAll(
              replicas.stream().map(r -> new Question(r, deadline)).toList(),
              timeoutMillis + RESOLVING_SLACK_MILLIS,
              TimeUnit.MILLISECONDS);
      List<String> lines = new ArrayList<>();
      for (Future<String> answer : answers) {
        lines.add(lineOf(answer));
      }
      return lines;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "question");
    thread.setDaemon(true);
    return thread;
  }

  private static String lineOf(Future<String> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException e) {
      return unknown("unreachable");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static String unknown(String state) {
    return line(state, "-", "-", "-", "-", "-");
  }

  private static String line(String... fields) {
    return String.join("\t", fields);
  }

  private static String line(Status status) {
    long reached = Stream.of(status.peers).filter((PeerStatus peer) -> peer.reachable).count();
    return line(
        status.state == kv.REPLICA_SERVING ? "serving" : "catching-up",
        Integer.toString(status.entries),
        Integer.toString(status.unsettled),
        reached + "/" + status.peers.length,
        duration(TimeUnit.MILLISECONDS.toSeconds(status.uptime_millis)),
        status.waiting_for.isEmpty() ? "-" : shown(status.waiting_for));
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

  /** What one replica is asked. */
  private record Question(InetSocketAddress replica, Deadline deadline)
      implements Callable<String> {
    @Override
    public String call() {
      BlockingRpcClient client;
      try {
        client =
            BlockingRpcClient.connect(
                new InetSocketAddress(
                    InetAddress.getByName(replica.getHostString()), replica.getPort()),
                null,
                deadline,
                KvProgram.PROGRAM);
      } catch (ConnectException e) {
        return unknown(isRefused(e) ? "refused" : "unreachable");
      } catch (IOException e) {
        return unknown("unreachable");
      }
      try {
        client.setTimeout(deadline.millisLeft());
        return line(new kvClient(client).STATUS_1());
      } catch (IOException | OncRpcException e) {
        return unknown("silent");
      } finally {
        client.close();
      }
    }

    /** Of the errors that Java reports as this exception. */
    private static boolean isRefused(ConnectException e) {
      return e.getMessage() != null && e.getMessage().startsWith("Connection refused");
    }
  }
}
