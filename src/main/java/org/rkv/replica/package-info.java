/**
 * The process around a replica: its options, the replica file, who it is, its listening sockets,
 * and its place in the portmapper. It may use everything below it; nothing but the tests uses it,
 * nor {@code kv_r.sh}, which starts {@link org.rkv.replica.Main}. Only the event loop's thread
 * enters {@link org.rkv.replica.core}.
 */
package org.rkv.replica;
