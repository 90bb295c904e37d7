/**
 * What tests of several packages share.
 *
 * <p>There are three harnesses. {@link org.rkv.replica.Cluster} runs replicas in this JVM; it
 * stands beside the server, into which it looks. {@link org.rkv.testing.ReplicaProcess} runs one in
 * a process of its own, as {@link org.rkv.testing.ShellCluster} does by {@code kv_r.sh}. {@link
 * org.rkv.testing.NetworkNamespace} is a network of its own for any of these processes, and for
 * {@link org.rkv.testing.Rpcbind}.
 *
 * <p>A test waits for conditions, with {@link org.rkv.testing.Eventually}, and never for a time.
 * What it measures it prints, and does not decide by it.
 */
package org.rkv.testing;
