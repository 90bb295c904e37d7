/** What tests of several packages share: waiting for conditions, ports, latencies, log lines. */
package org.rkv.testing;
