package org.rkv.replica;

/**
 * Where a replica of the replica file is called.
 *
 * @param name as the file has it, for people
 * @param host name or address to connect to
 * @param port TCP
 */
public record ReplicaAddress(String name, String host, int port) {}
