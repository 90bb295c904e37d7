/**
 * Replicas as real processes, and what may happen to them: crashes, freezes, cut links, load,
 * hostile connections. What they promise is checked from outside, as a client or an operator sees
 * it.
 */
package org.rkv.faults;
