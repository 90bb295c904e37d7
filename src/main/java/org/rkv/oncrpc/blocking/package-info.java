/**
 * Blocking ONC RPC calls (RFC 5531) for programs that wait for an answer: one server, one call at a
 * time, one deadline over all that a call does. No thread is started. The replicas' own calls to
 * each other never block; they are in {@link org.rkv.oncrpc}.
 */
package org.rkv.oncrpc.blocking;
