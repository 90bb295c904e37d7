package org.rkv.interop;

/**
 * What a command left behind: its exit status and the exact bytes that it printed, one char a byte.
 */
record Outcome(int status, String stdout, String stderr) {}
