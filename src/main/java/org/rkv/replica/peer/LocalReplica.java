package org.rkv.replica.peer;

import java.net.InetAddress;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.rkv.net.AddressLiteral;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.Contents;
import org.rkv.rpc.kv;
import org.rkv.store.HybridClock;
import org.rkv.store.Limits;

/**
 * This replica in its present incarnation: what it tells the others of itself. An incarnation is
 * what a replica holds, as one identity; it begins when the replica starts, or when it gives up
 * what it holds, and each has 64 random bits of its own. Belongs to the replica's thread.
 */
public final class LocalReplica {
  /** No replica lets its clients fill less of its heap. */
  public static final long MIN_BYTES = 64 * 1024;

  private final String name;
  private final String givenName;
  private final List<String> addresses;
  private final int port;
  private final long start;
  private final Limits limits;
  private final long maxBytes;
  private final Secret secret;
  private final ClusterName cluster;
  private final Openings openings;
  private final EpochHistory history;
  private final Past kept;
  private Supplier<Past> past = () -> history().past();
  private IntSupplier standing = () -> kv.STANDING_IN_MEMORY;
  private Supplier<Contents> contents = Contents::new;
  private LongSupplier limit = () -> HybridClock.NO_LIMIT;
  private LongSupplier heldBytes = () -> 0;
  private int state = kv.REPLICA_CATCHING_UP;
  private boolean member;
  private String waitingFor = "";
  private String silentFor = "";

  /**
   * A replica that holds nothing and catches up.
   *
   * @param name of its host, as the replica file has it, or what the host calls itself
   * @param givenName what it calls itself: HOST:PORT, its entry of the replica file in its one form
   *     if it has one
   * @param addresses of this machine, by which others may know us
   * @param port where it listens
   * @param start drawn at random each time that it begins; the origin of all stamps that it gives
   * @param history that begins; its incarnation is drawn at random
   * @param maxBytes how much of its heap clients may fill
   * @param secret what all replicas know, or {@link Secret#NONE}
   * @param cluster of the process: it outlives this incarnation
   * @param openings of data directories, of the process as well
   * @param kept what the old copy has gone through that is kept until there is a new one; or null
   */
  public LocalReplica(
      String name,
      String givenName,
      List<InetAddress> addresses,
      int port,
      long start,
      EpochHistory history,
      Limits limits,
      long maxBytes,
      Secret secret,
      ClusterName cluster,
      Openings openings,
      Past kept) {
    this.name = name;
    this.givenName = givenName;
    this.addresses = addresses.stream().map(AddressLiteral::text).toList();
    this.port = port;
    this.start = start;
    this.history = history;
    this.limits = limits;
    this.maxBytes = maxBytes;
    this.secret = secret;
    this.cluster = cluster;
    this.openings = openings;
    this.kept = kept;
    if (kept != null) {
      history.remember(kept);
    }
  }

  /** Name and port, for the log. */
  public String where() {
    return name + ":" + port;
  }

  /** The name of its host. */
  public String name() {
    return name;
  }

  /** What it calls itself: name and port, in the one form that entries have. */
  String givenName() {
    return givenName;
  }

  /** Ourselves, as an entry of our list. */
  Listing listing() {
    return new Listing(givenName, addresses, givenName, member);
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** The 64 random bits of this start: the origin of all stamps that it gives. */
  public long start() {
    return start;
  }

  /** The 64 random bits of the present incarnation. */
  public long incarnation() {
    return history.incarnation();
  }

  /** What a client may store, equal on all replicas. */
  public Limits limits() {
    return limits;
  }

  /**
   * How much of our heap clients may fill, as {@link org.rkv.store.Store#heldBytes} has it. The
   * least of all replicas holds.
   */
  public long maxBytes() {
    return maxBytes;
  }

  Secret secret() {
    return secret;
  }

  /** The name of the cluster, so far as it is known. */
  ClusterName cluster() {
    return cluster;
  }

  /** When data directories were opened. */
  Openings openings() {
    return openings;
  }

  /** Of our own data directory, by this process. */
  Opening opening() {
    return openings.own(incarnation());
  }

  /** The epochs that what is held has gone through. */
  public EpochHistory history() {
    return history;
  }

  /** What the old copy that is kept has gone through; null if none is kept. */
  public Past kept() {
    return kept;
  }

  /** What the epochs of another replica are compared with. */
  public Past past() {
    return kept == null || isServing() ? past.get() : kept;
  }

  /** Says where to look what others may be told that our content has gone through. */
  public void setPast(Supplier<Past> newPast) {
    past = newPast;
  }

  /** STANDING_... of kv.x. */
  public int standing() {
    return standing.getAsInt();
  }

  /** Says where to look what is to be thought of what is kept on the disk. */
  public void setStanding(IntSupplier newStanding) {
    standing = newStanding;
  }

  /** What is held, in short, at each moment. */
  Contents contents() {
    return contents.get();
  }

  /** Says where to look what is held. */
  public void setContents(Supplier<Contents> newContents) {
    contents = newContents;
  }

  /** How much of our heap entries and deletes take. */
  long heldBytes() {
    return heldBytes.getAsLong();
  }

  /** Knows from now on what it holds. */
  public void setHeldBytes(LongSupplier newHeldBytes) {
    heldBytes = newHeldBytes;
  }

  /**
   * The highest clock of a stamp that this replica believes, and all that have departed not long
   * ago: a peer that starts has never heard of them.
   */
  public long limit() {
    return limit.getAsLong();
  }

  /** Says where that is known from. */
  public void setLimit(LongSupplier newLimit) {
    limit = newLimit;
  }

  /** REPLICA_CATCHING_UP or REPLICA_SERVING of kv.x. */
  public int state() {
    return state;
  }

  /** Whether it has a complete copy, so that others may scan it. */
  public boolean isServing() {
    return state == kv.REPLICA_SERVING;
  }

  /** Whether clients are answered: it serves, and nothing makes it silent. */
  public boolean isAnswering() {
    return isServing() && silentFor.isEmpty();
  }

  /** Changes the state; whoever does so tells the peers. */
  public void setState(int newState) {
    state = newState;
    member |= isServing();
  }

  /** Whether it has served since it was listed. */
  public boolean isMember() {
    return member;
  }

  /** One that serves says that we have served before. */
  public void setMember() {
    member = true;
  }

  /** What keeps it from answering clients, if it knows; empty if nothing does. */
  public String waitingFor() {
    return isServing() ? silentFor : waitingFor;
  }

  /** Says what keeps it from serving. */
  public void setWaitingFor(String what) {
    waitingFor = what;
  }

  /** Says what keeps it from answering though it serves; empty if nothing does. */
  public void setSilentFor(String what) {
    silentFor = what;
  }
}
