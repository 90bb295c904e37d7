package org.rkv.client;

import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The replicas that a client may use, in the order in which it tries them. Thread-safe. */
final class ReplicaSelector {
  /** However many names a replica tells of. */
  private static final int MAX_ENDPOINTS = 1000;

  /** A connected socket, in blocking mode, and to which replica. */
  record Connected(Endpoint endpoint, SocketChannel socket) {}

  private final Connector connector;
  private final Set<Endpoint> endpoints;

  ReplicaSelector(Connector connector, List<Endpoint> endpoints) {
    this.connector = connector;
    this.endpoints = new LinkedHashSet<>(endpoints);
  }

  /** How many replicas there are. */
  synchronized int size() {
    return endpoints.size();
  }

  /** Adds the replicas that are not in it yet, at the end. */
  synchronized void learn(List<KnownReplica> replicas) {
    for (KnownReplica each : replicas) {
      if (endpoints.size() < MAX_ENDPOINTS) {
        endpoints.add(Endpoint.parse(each.name()));
      }
    }
  }

  /**
   * Connects to the first replica that can be reached. Blocks.
   *
   * @param lost the one whose connection has just been lost, which is tried last; or null
   * @throws ConnectFailedException if none can be reached: why the first one cannot
   */
  Connected connect(Endpoint lost) throws ConnectFailedException {
    ConnectFailedException first = null;
    for (Endpoint endpoint : inOrder(lost)) {
      try {
        return new Connected(endpoint, connector.open(endpoint));
      } catch (ConnectFailedException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    throw first;
  }

  private synchronized List<Endpoint> inOrder(Endpoint lost) {
    List<Endpoint> all = new ArrayList<>(endpoints);
    int next = all.indexOf(lost) + 1;
    List<Endpoint> ordered = new ArrayList<>(all.subList(next, all.size()));
    ordered.addAll(all.subList(0, next));
    return ordered;
  }
}
