/**
 * What a replica holds: entries and tombstones with stamps, the clock that the stamps come from,
 * and the limits. Knows nothing of RPC, sockets or threads; belongs to one thread.
 */
package org.rkv.store;
