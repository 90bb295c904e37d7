package org.rkv.cli;

import org.rkv.client.Connector;
import org.rkv.portmap.Portmap;

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

  /** For one call. */
  SingleCall singleCall() {
    return new SingleCall(connector, known, options, console);
  }
}
