/**
 * The {@code rkv} command: the C client's usage, lines and exit status, byte for byte, and what has
 * come beside them. It may use the library, the bench and the blocking client; nothing uses it.
 * Runs on the thread of the process.
 */
package org.rkv.cli;
