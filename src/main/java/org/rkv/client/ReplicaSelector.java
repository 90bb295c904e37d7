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
  private final Endpoint first;

  ReplicaSelector(Connector connector, List<Endpoint> endpoints) {
    this.connector = connector;
    this.endpoints = new LinkedHashSet<>(endpoints);
    first = endpoints.get(0);
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

  /** The one that the client would rather use than all others. */
  Endpoint first() {
    return first;
  }

  /**
   * Connects to the first replica that can be reached. Blocks.
   *
   * @param lost the one whose connection has just been lost, which is tried last; or null
   * @throws ConnectFailedException if none can be reached: why the first one cannot
   */
  Connected connect(Endpoint lost) throws ConnectFailedException {
    return connectToOneOf(inOrder(lost));
  }

  /**
   * The same, but never to the one that is left.
   *
   * @throws ConnectFailedException if no other can be reached
   */
  Connected connectElsewhere(Endpoint left) throws ConnectFailedException {
    List<Endpoint> others = inOrder(left);
    others.remove(left);
    return connectToOneOf(others);
  }

  /**
   * Connects to the first choice. Blocks.
   *
   * @throws ConnectFailedException if it cannot be reached
   */
  Connected connectHome() throws ConnectFailedException {
    return connectToOneOf(List.of(first));
  }

  private Connected connectToOneOf(List<Endpoint> candidates) throws ConnectFailedException {
    ConnectFailedException failure = null;
    for (Endpoint endpoint : candidates) {
      try {
        return new Connected(endpoint, connector.open(endpoint));
      } catch (ConnectFailedException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    throw failure;
  }

  private synchronized List<Endpoint> inOrder(Endpoint lost) {
    List<Endpoint> all = new ArrayList<>(endpoints);
    int next = all.indexOf(lost) + 1;
    List<Endpoint> ordered = new ArrayList<>(all.subList(next, all.size()));
    ordered.addAll(all.subList(0, next));
    return ordered;
  }
}
