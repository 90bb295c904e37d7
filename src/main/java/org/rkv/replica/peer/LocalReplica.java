package org.rkv.replica.peer;

import org.rkv.rpc.kv;
import org.rkv.store.Limits;

/**
 * This replica in its present incarnation: what it tells the others of itself. An incarnation is
 * what a replica holds, as one identity; it begins when the replica starts, or when it has to
 * forget what it holds, and each has 64 random bits of its own. Belongs to the replica's thread.
 */
public final class LocalReplica {
  private final String name;
  private final int port;
  private final long incarnation;
  private final Limits limits;
  private final Secret secret;
  private int state = kv.REPLICA_CATCHING_UP;
  private String waitingFor = "";

  /**
   * A replica that holds nothing and catches up.
   *
   * @param port where it listens
   * @param incarnation drawn at random; it is the origin of all stamps that it issues
   * @param secret what all replicas know, or {@link Secret#NONE}
   */
  public LocalReplica(String name, int port, long incarnation, Limits limits, Secret secret) {
    this.name = name;
    this.port = port;
    this.incarnation = incarnation;
    this.limits = limits;
    this.secret = secret;
  }

  /** Name and port, for the log. */
  public String where() {
    return name + ":" + port;
  }

  /** What it calls itself. */
  public String name() {
    return name;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** The 64 random bits of the present incarnation. */
  public long incarnation() {
    return incarnation;
  }

  /** What a client may store, equal on all replicas. */
  public Limits limits() {
    return limits;
  }

  Secret secret() {
    return secret;
  }

  /** REPLICA_CATCHING_UP or REPLICA_SERVING of kv.x. */
  public int state() {
    return state;
  }

  /** Whether clients are answered. */
  public boolean isServing() {
    return state == kv.REPLICA_SERVING;
  }

  /** Changes the state; whoever does so tells the peers. */
  public void setState(int newState) {
    state = newState;
  }

  /** What keeps it from serving, if it does not serve and knows. */
  public String waitingFor() {
    return isServing() ? "" : waitingFor;
  }

  /** Says what keeps it from serving. */
  public void setWaitingFor(String what) {
    waitingFor = what;
  }
}
