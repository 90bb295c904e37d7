/** The {@code rkv} command: the C client's usage, lines and exit status, byte for byte. */
package org.rkv.cli;
