package org.rkv.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.Connector;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;
import org.rkv.portmap.Portmap;
import org.rkv.rpc.Contents;
import org.rkv.rpc.kvClient;

/**
 * What every command of one run works with.
 *
 * @param programName the program's name as called
 * @param defaultPort where replicas are looked for on a host without a portmapper
 */
record Session(
    String programName,
    int defaultPort,
    Options options,
    Connector connector,
    ReplicaCache known,
    Console console) {
  /** For the portmapper and for the connection, so that both leave something of the time. */
  private static final int CONNECTING_SHARES = 4;

  private static final int IMPATIENT_CALL_MILLIS = 1500;
  private static final int IMPATIENT_CONNECT_MILLIS = 500;

  /** Who may be asked when HOST is this. */
  Candidates candidates(String hosts) {
    return new Candidates(hosts, known, options);
  }

  /**
   * For questions about the state of replicas: one that is down or frozen is itself an answer, and
   * it is HOST that is meant, and nobody else.
   */
  Session impatient() {
    Options own =
        new Options(
            options.port(),
            Math.min(options.timeoutMillis(), IMPATIENT_CALL_MILLIS),
            options.json(),
            options.valueOnly(),
            options.exitStatus(),
            false);
    Connector quick =
        new Connector(
            defaultPort, Portmap.PORT, Math.min(options.timeoutMillis(), IMPATIENT_CONNECT_MILLIS));
    return new Session(programName, defaultPort, own, quick, known, console);
  }

  /** The same with another console. */
  Session printingTo(Console other) {
    return new Session(programName, defaultPort, options, connector, known, other);
  }

  /** The same with other options. */
  Session with(Options others) {
    return new Session(programName, defaultPort, others, connector, known, console);
  }

  /**
   * A client for many calls, of the first of these that can be reached.
   *
   * @throws RkvException if none can
   */
  RkvClient connect(Collection<String> hosts) throws RkvException {
    Duration timeout = Duration.ofMillis(options.timeoutMillis());
    RkvClient.Builder builder =
        RkvClient.builder(hosts.toArray(String[]::new))
            .defaultPort(options.port() == 0 ? defaultPort : options.port())
            .timeout(timeout)
            .failover(options.failover());
    Duration share = timeout.dividedBy(CONNECTING_SHARES);
    if (share.compareTo(RkvClient.DEFAULT_CONNECT_TIMEOUT) < 0) {
      builder.connectTimeout(share.isZero() ? timeout : share);
    }
    return builder.connect();
  }

  /**
   * A client for many calls, of HOST or of another one, which is then said.
   *
   * @param command that is to make them
   * @return null if none can be reached, which is said as well
   * @throws IOException if it cannot be said
   */
  RkvClient connect(String hosts, String command) throws IOException {
    Candidates candidates = candidates(hosts);
    String host = candidates.given().get(0);
    RkvClient client;
    try {
      client = connect(candidates.all());
    } catch (ConnectFailedException e) {
      if (console.isJson()) {
        console.outLine(Json.error(command, e.reason()));
      }
      console.errLine(host + ": RPC: " + e.reason());
      return null;
    }
    if (!client.replica().equals(host)) {
      console.errLine("rkv: " + host + " cannot be reached; asking " + client.replica());
    }
    return client;
  }

  /**
   * What a replica holds, in short: it answers DIGEST.
   *
   * @throws ConnectFailedException if it cannot be reached
   * @throws OncRpcException if it does not answer
   */
  Contents contents(String replica) throws OncRpcException, IOException {
    kvClient stub = ReplicaStub.connect(connector, replica, options.timeoutMillis());
    try {
      return stub.DIGEST_1();
    } finally {
      stub.close();
    }
  }

  /** For one call. */
  SingleCall singleCall() {
    return new SingleCall(connector, known, options, console);
  }
}
