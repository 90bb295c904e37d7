/**
 * A whole cluster in one thread: the replicas' own code, from the records that arrive to the
 * records that leave, under a scheduler that decides from one seed when everything happens and what
 * goes wrong. The same seed gives the same run, so what it finds once it finds again.
 *
 * <p>Of production only the event loop, the sockets and {@code ReplicaServer} are replaced. What
 * the clients see is judged by {@link org.rkv.history}.
 */
package org.rkv.simulation;
