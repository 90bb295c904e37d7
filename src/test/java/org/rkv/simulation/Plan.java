package org.rkv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.rkv.replica.peer.Secret;
import org.rkv.store.Limits;

/**
 * What is chosen for a whole run, from its seed.
 *
 * @param replicas how many there are, mostly five or three
 * @param clients how many call at a time
 * @param keys few, so that clients meet
 * @param meanFaultIntervalMillis between two faults
 * @param faultyMillis how long faults and clients go on
 * @param mostThinkMillis between two calls of one client
 * @param mostLatencyMicros of nearly all messages
 * @param wallClocksStand whether no wall clock moves
 * @param ambushShare how many of the faults are ambushes, beside the usual
 * @param secret what all replicas know, or none, which is more usual
 * @param largeShare how many of the values are large, and have links of their own; mostly none
 * @param putPercent how many of the calls are PUT
 * @param deletePercent how many are DEL; the others are GET
 * @param longestFaultMillis of all that delays a message; a replica may be down for longer
 * @param restartShare in how many of the faults, beside the usual, nearly all are restarted, and
 *     around how many of the DELs two are
 * @param clocks how wrong wall clocks are
 * @param splits whether replica files may be split in halves that each acknowledge for themselves:
 *     what clients see is not one history then
 * @param calledByAddresses whether each replica calls itself by its address, as with {@code
 *     --host}, while the files have names
 * @param damages whether bits of what is on a disk may change
 */
record Plan(
    int replicas,
    int clients,
    int keys,
    long peerTimeoutMillis,
    long tombstoneGraceMillis,
    long meanFaultIntervalMillis,
    long faultyMillis,
    long mostThinkMillis,
    long mostLatencyMicros,
    boolean wallClocksStand,
    double ambushShare,
    Secret secret,
    double largeShare,
    int putPercent,
    int deletePercent,
    long longestFaultMillis,
    double restartShare,
    Clocks clocks,
    boolean splits,
    boolean calledByAddresses,
    boolean damages) {

  /** How wrong wall clocks are. */
  enum Clocks {
    /** By less than half an hour. */
    ROUGH,
    /** By an hour as well, and by a year for a second. */
    WILD,
    /** The same, but that of the first replica is rough: so stamps have something to keep to. */
    ONE_ROUGH
  }

  /** Of a value that is large to a link. */
  private static final int LARGE_BYTES = 20_000;

  /**
   * No message is older than this when it arrives: nothing is silent or paused for so long. A
   * tombstone must be kept longer (guarantee 6), or a write that was under way before the delete
   * could come after it.
   */
  private static final long LONGEST_FAULT_MILLIS = 5000;

  /** The same where tombstones are forgotten sooner than a replica has restarted. */
  private static final long SHORT_FAULT_MILLIS = 500;

  private static final long BRISK_PEER_TIMEOUT_MILLIS = 500;

  private static final long QUIET_FAULT_INTERVAL_MILLIS = 6000;

  /** Made once, when it is needed. */
  private static final class Secrets {
    static final Secret SHARED = make();

    private static Secret make() {
      try {
        Path file =
            Files.createTempFile(
                "secret",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "what all simulated replicas know");
        Secret secret = Secret.read(file);
        Files.delete(file);
        return secret;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Draws everything. */
  static Plan of(long seed) {
    // Drawn from a source of its own: a change here does not change what happens in the run.
    Random random = new Random(Scheduler.mixed(~seed));
    int[] sizes = {5, 5, 5, 5, 3, 3, 3, 4, 2, 1};
    long[] timeouts = {2000, 2000, 1000, 500};
    return new Plan(
        sizes[random.nextInt(sizes.length)],
        2 + random.nextInt(4),
        1 + random.nextInt(4),
        timeouts[random.nextInt(timeouts.length)],
        random.nextBoolean() ? 60_000 : 2 * LONGEST_FAULT_MILLIS + random.nextInt(3000),
        100L << random.nextInt(5),
        5000 + random.nextInt(15_000),
        100L << random.nextInt(4),
        200L << random.nextInt(6),
        random.nextInt(10) == 0,
        random.nextInt(4) == 0 ? 0.7 : 0,
        random.nextInt(8) == 0 ? Secrets.SHARED : Secret.NONE,
        random.nextInt(4) == 0 ? 0.5 : 0,
        45,
        15,
        LONGEST_FAULT_MILLIS,
        0,
        Clocks.values()[random.nextInt(Clocks.values().length)],
        random.nextInt(8) == 0,
        random.nextInt(3) == 0,
        random.nextInt(4) == 0);
  }

  /** The same, or, one in four, {@link #withQuickOblivion}. */
  Plan varied() {
    return faultyMillis % 4 == 0 ? withQuickOblivion() : this;
  }

  /** The same with one key that is deleted often, and forgotten soon, while little is written. */
  Plan withQuickOblivion() {
    return new Plan(
        replicas,
        4,
        1,
        SHORT_FAULT_MILLIS,
        3 * SHORT_FAULT_MILLIS + tombstoneGraceMillis % SHORT_FAULT_MILLIS,
        QUIET_FAULT_INTERVAL_MILLIS,
        40_000 + faultyMillis,
        3000,
        mostLatencyMicros,
        wallClocksStand,
        0,
        Secret.NONE,
        0,
        15,
        15,
        SHORT_FAULT_MILLIS,
        0.5,
        clocks,
        false,
        calledByAddresses,
        damages);
  }

  /**
   * The same with so many replicas, nobody else's faults and no secret, so that what is brought
   * about on purpose goes as it should: see {@link Occasion}.
   */
  Plan withoutFaults(int otherReplicas) {
    return new Plan(
        otherReplicas,
        4,
        1 + keys % 2,
        BRISK_PEER_TIMEOUT_MILLIS,
        tombstoneGraceMillis,
        Integer.MAX_VALUE,
        15_000,
        mostThinkMillis / 4,
        mostLatencyMicros,
        wallClocksStand,
        0,
        Secret.NONE,
        0,
        putPercent,
        deletePercent,
        longestFaultMillis,
        0,
        Clocks.ROUGH,
        false,
        false,
        false);
  }

  /** The same with a secret. */
  Plan withSecret() {
    return with(replicas, wallClocksStand, ambushShare, Secrets.SHARED, clocks, calledByAddresses);
  }

  /** Of all replicas. */
  Limits limits() {
    return largeShare == 0
        ? Limits.ofTheCSystem()
        : new Limits(Limits.DEFAULT_CAPACITY, 2 * LARGE_BYTES);
  }

  /** Makes a value large. */
  static String large(String value) {
    return value + "-".repeat(LARGE_BYTES);
  }

  private Plan with(
      int otherReplicas,
      boolean otherClocksStand,
      double otherAmbushShare,
      Secret otherSecret,
      Clocks otherClocks,
      boolean areCalledByAddresses) {
    return new Plan(
        otherReplicas,
        clients,
        keys,
        peerTimeoutMillis,
        tombstoneGraceMillis,
        meanFaultIntervalMillis,
        faultyMillis,
        mostThinkMillis,
        mostLatencyMicros,
        otherClocksStand,
        otherAmbushShare,
        otherSecret,
        largeShare,
        putPercent,
        deletePercent,
        longestFaultMillis,
        restartShare,
        otherClocks,
        splits,
        areCalledByAddresses,
        damages);
  }

  /** The same with so many replicas. */
  Plan withReplicas(int other) {
    return with(other, wallClocksStand, ambushShare, secret, clocks, calledByAddresses);
  }

  /** The same where values may be large, so that calls for these go over links of their own. */
  Plan withLargeValues() {
    return new Plan(
        replicas,
        clients,
        keys,
        peerTimeoutMillis,
        tombstoneGraceMillis,
        meanFaultIntervalMillis,
        faultyMillis,
        mostThinkMillis,
        mostLatencyMicros,
        wallClocksStand,
        ambushShare,
        secret,
        0.5,
        putPercent,
        deletePercent,
        longestFaultMillis,
        restartShare,
        clocks,
        splits,
        calledByAddresses,
        damages);
  }

  /** The same where each calls itself by its address, and no file does. */
  Plan withCallingByAddresses() {
    return with(replicas, wallClocksStand, ambushShare, secret, clocks, true);
  }

  /** The same with wall clocks that stand. */
  Plan withStandingWallClocks() {
    return with(replicas, true, ambushShare, secret, clocks, calledByAddresses);
  }

  /** The same with more or fewer ambushes. */
  Plan withAmbushes(double share) {
    return with(replicas, wallClocksStand, share, secret, clocks, calledByAddresses);
  }

  /** The same with at least so many replicas whose wall clocks are as wrong as this. */
  Plan withClocks(Clocks other, int leastReplicas) {
    return with(
        Math.max(replicas, leastReplicas),
        wallClocksStand,
        ambushShare,
        secret,
        other,
        calledByAddresses);
  }
}
