package org.rkv.testing;

/**
 * What a command left behind: its exit status and the exact bytes that it printed, one char a byte.
 */
public record Outcome(int status, String stdout, String stderr) {}
