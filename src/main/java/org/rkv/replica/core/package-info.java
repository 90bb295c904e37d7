/**
 * The deterministic core of a replica: the procedures of kv.x, the operations that span all
 * replicas, and what settles and catches up in the background. It sees no socket, thread or clock:
 * calls, answers and time come from outside, and the simulator brings them as well as an event loop
 * does. All of it belongs to the thread of its {@link org.rkv.net.Timers}.
 *
 * <p>It may use the peers, the store, the messages of {@link org.rkv.rpc} and what {@link
 * org.rkv.protocol} says of them, calls and links of {@link org.rkv.oncrpc}, and of {@link
 * org.rkv.net} timers, channels and the log that has a bound. A PUT comes from the generated
 * dispatch to {@link org.rkv.replica.core.Replica}, goes into the store, out by {@link
 * org.rkv.replica.core.PeerCalls}, and its answer is decided in {@link org.rkv.replica.core.Write}.
 */
package org.rkv.replica.core;
