/**
 * A replica: the procedures of kv.x, the peers, the operations that span them, and the program
 * around it. A PUT comes in through {@link org.rkv.wire.RpcServer} and the generated dispatch to
 * {@link org.rkv.replica.Replica}, goes into the store, out to the {@link org.rkv.replica.Peers},
 * and its answer is decided in {@link org.rkv.replica.Write}.
 */
package org.rkv.replica;
