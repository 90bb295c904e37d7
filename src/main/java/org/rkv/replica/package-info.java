/**
 * The process around a replica: its options, the replica file, who it is, its listening sockets,
 * and its place in the portmapper. It may use everything below it. {@code kv_r.sh} and the systemd
 * unit start {@link org.rkv.replica.Main}; what kv_r.sh does in Java reads the replica file with
 * it. Only the event loop's thread enters an {@link org.rkv.replica.core.Incarnation}.
 */
package org.rkv.replica;
