package org.rkv.cli;

import org.rkv.client.Connector;

/**
 * What every command of one run works with.
 *
 * @param programName the program's name as called
 * @param defaultPort where replicas are looked for on a host without a portmapper
 * @param stderrIsTerminal whether somebody sees at once what is printed there
 */
record Session(
    String programName,
    int defaultPort,
    Options options,
    Connector connector,
    KnownReplicas known,
    Console console,
    boolean stderrIsTerminal) {
  /** Who may be asked when HOST is this. */
  Candidates candidates(String hosts) {
    return new Candidates(hosts, known, options);
  }

  /** For one call. */
  SingleCall singleCall() {
    return new SingleCall(connector, known, options, console);
  }
}
