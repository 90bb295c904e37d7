package org.rkv.replica;

import java.net.InetAddress;

/**
 * Where a replica of the replica file is called.
 *
 * @param name as the file has it, for people
 * @param host name or address to connect to
 * @param resolved its address when the file was read, or null if it had none then
 * @param port TCP
 */
public record ReplicaAddress(String name, String host, InetAddress resolved, int port) {}
