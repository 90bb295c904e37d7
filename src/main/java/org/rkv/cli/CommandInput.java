package org.rkv.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.KnownReplica;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;

/** {@code rkv HOST -}: many commands over one client, from a stream or from a person. */
final class CommandInput {
  /** All is done then that was asked for; nobody waits long for what is only remembered. */
  private static final long REMEMBERING_MILLIS = 1_000;

  private final Session session;
  private final Candidates candidates;

  CommandInput(Session session, String hosts) {
    this.session = session;
    candidates = session.candidates(hosts);
  }

  /**
   * Connects and runs the commands.
   *
   * @return the exit status
   * @throws IOException if standard input or output fails
   */
  int run() throws IOException {
    Console console = session.console();
    String host = candidates.given().get(0);
    try (RkvClient client = connect()) {
      if (!client.replica().equals(host)) {
        console.errLine("rkv: " + host + " cannot be reached; asking " + client.replica());
      }
      int status = System.console() == null ? batch(client) : converse(client);
      if (client.replica().equals(host)) {
        remember(host, client);
      }
      return status;
    } catch (ConnectFailedException e) {
      console.outLine("client create failed");
      console.errLine(host + ": RPC: " + e.getMessage());
      return ExitStatus.FAILED;
    }
  }

  private RkvClient connect() throws RkvException {
    Options options = session.options();
    Duration timeout = Duration.ofMillis(options.timeoutMillis());
    RkvClient.Builder builder =
        RkvClient.builder(candidates.all().toArray(String[]::new))
            .defaultPort(options.port() == 0 ? session.defaultPort() : options.port())
            .timeout(timeout)
            .failover(options.failover());
    if (timeout.compareTo(RkvClient.DEFAULT_CONNECT_TIMEOUT) < 0) {
      builder.connectTimeout(timeout);
    }
    return builder.connect();
  }

  private int batch(RkvClient client) throws IOException {
    Console buffered = session.console().escaping().buffered();
    Progress progress = new Progress(buffered, buffered.onlyErrIsTerminal());
    return new Batch(client, new FileInputStream(FileDescriptor.in), buffered, progress).run();
  }

  private int converse(RkvClient client) throws IOException {
    new Prompt(client, session.console().escaping(), HistoryFile.ofThisUser()).run();
    return ExitStatus.DONE;
  }

  private void remember(String host, RkvClient client) {
    long now = System.currentTimeMillis() / 1000;
    if (!session.options().failover() || !session.known().isStale(host, now)) {
      return;
    }
    List<String> names = new ArrayList<>();
    try {
      CompletableFuture<List<KnownReplica>> replicas = client.replicasAsync();
      for (KnownReplica each : replicas.get(REMEMBERING_MILLIS, TimeUnit.MILLISECONDS)) {
        names.add(each.name());
      }
    } catch (ExecutionException | TimeoutException e) {
      return; // The next run asks again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    session.known().remember(host, names, now);
  }
}
