package org.rkv.replica.peer;

import org.rkv.rpc.kv;
import org.rkv.store.Limits;

/**
 * This replica in this life of its: what it tells the others of itself. A life begins when the
 * replica starts, or when it has to forget what it holds; each has an origin of its own.
 */
public final class LocalReplica {
  private final String name;
  private final int port;
  private final long origin;
  private final Limits limits;
  private final Secret secret;
  private int state = kv.REPLICA_CATCHING_UP;
  private String waitingFor = "";

  public LocalReplica(String name, int port, long origin, Limits limits, Secret secret) {
    this.name = name;
    this.port = port;
    this.origin = origin;
    this.limits = limits;
    this.secret = secret;
  }

  /** Name and port, for the log. */
  public String where() {
    return name + ":" + port;
  }

  public String name() {
    return name;
  }

  public int port() {
    return port;
  }

  public long origin() {
    return origin;
  }

  public Limits limits() {
    return limits;
  }

  Secret secret() {
    return secret;
  }

  /** REPLICA_CATCHING_UP or REPLICA_SERVING. */
  public int state() {
    return state;
  }

  public boolean isServing() {
    return state == kv.REPLICA_SERVING;
  }

  public void state(int newState) {
    state = newState;
  }

  /** What keeps it from serving, if it does not serve and knows. */
  public String waitingFor() {
    return isServing() ? "" : waitingFor;
  }

  public void waitFor(String what) {
    waitingFor = what;
  }
}
