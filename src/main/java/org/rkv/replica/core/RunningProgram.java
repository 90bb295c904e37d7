package org.rkv.replica.core;

/**
 * What STATUS tells of the program and the process that a replica is, so that an operator's script
 * finds this one and no other. Immutable.
 *
 * @param release of the program
 * @param pid on the replica's own machine
 * @param startTicks when the process began, as Linux counts it since the machine has; 0 if unknown
 * @param directory that the process runs in
 * @param options the words that it was given, those that say what holds anyway left out
 * @param optionsHash of all options that hold
 */
public record RunningProgram(
    String release,
    long pid,
    long startTicks,
    String directory,
    String options,
    long optionsHash) {}
