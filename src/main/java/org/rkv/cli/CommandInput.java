package org.rkv.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.KnownReplica;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;

/** {@code rkv HOST -}: many commands over one client, from a stream or from a person. */
final class CommandInput {
  private final Session session;
  private final Candidates candidates;

  /** Asked at once: whoever has to go elsewhere later needs it, and the next run too. */
  private CompletableFuture<List<KnownReplica>> others;

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
    boolean isConversation = System.console() != null;
    if (!isConversation) {
      StandardInput.require();
    }
    Console console = session.console();
    String host = candidates.given().get(0);
    RkvClient client;
    try {
      client = session.connect(candidates.all());
    } catch (ConnectFailedException e) {
      console.outLine(
          console.isJson()
              ? Json.error(HostCommand.STANDARD_INPUT.word(), e.reason())
              : "client create failed");
      console.errLine(host + ": RPC: " + e.reason());
      return ExitStatus.FAILED;
    }
    if (!client.replica().equals(host)) {
      console.errLine("rkv: " + host + " cannot be reached; asking " + client.replica());
    }
    boolean mayRemember =
        session.options().failover()
            && client.replica().equals(host)
            && session.known().isStale(host, nowSeconds());
    others = client.replicasAsync();
    int status = isConversation ? converse(client) : batch(client);
    if (mayRemember && !namesOfOthers().isEmpty()) {
      session.known().remember(host, namesOfOthers(), nowSeconds());
    }
    return status;
  }

  private static long nowSeconds() {
    return System.currentTimeMillis() / 1000;
  }

  /** What the first replica has named, if it has answered that by now. */
  private List<String> namesOfOthers() {
    if (!others.isDone() || others.isCompletedExceptionally()) {
      return List.of();
    }
    return others.join().stream().map(KnownReplica::name).toList();
  }

  /** Any of those that were given, are remembered or have been named since, but not these. */
  private RkvClient connectElsewhere(List<String> givenUp) throws RkvException {
    Set<String> hosts = new LinkedHashSet<>(candidates.all());
    if (session.options().failover()) {
      namesOfOthers().forEach(name -> hosts.add(candidates.at(name)));
    }
    givenUp.forEach(hosts::remove);
    return hosts.isEmpty() ? null : session.connect(hosts);
  }

  private int batch(RkvClient client) throws IOException {
    Session own = session.printingTo(session.console().escaping().buffered());
    Progress progress = new Progress(own.console(), own.console().onlyErrIsTerminal());
    try (ReplicaInUse replica = inUse(client, own.console())) {
      return new Batch(replica, new FileInputStream(FileDescriptor.in), own, progress).run();
    }
  }

  private int converse(RkvClient client) throws IOException {
    Session own = session.printingTo(session.console().escaping());
    try (ReplicaInUse replica = inUse(client, own.console())) {
      new Prompt(replica, own, HistoryFile.ofThisUser()).run();
      return ExitStatus.DONE;
    }
  }

  private ReplicaInUse inUse(RkvClient client, Console console) {
    return new ReplicaInUse(
        client, this::connectElsewhere, console, session.options().timeoutMillis());
  }
}
