package org.rkv.client;

/**
 * A replica, as another one knows it.
 *
 * @param name as the replica file names it: a host, perhaps with a port
 * @param isReachable whether the replica that was asked reaches it at this moment
 */
public record KnownReplica(String name, boolean isReachable) {}
