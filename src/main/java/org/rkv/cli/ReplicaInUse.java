package org.rkv.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;
import org.rkv.rpc.Reason;

/**
 * The client that a batch or a prompt calls by, and the replica that it leads to. When that becomes
 * another one, it says so. A replica that leaves a read without an answer for half of the time, and
 * answers nothing else meanwhile, is given up: another client takes over. What is under way at the
 * old one stays there, since it may be a write.
 *
 * <p>So that replicas which are slow get no more to do for it, no more than one read is repeated
 * for ten answers, and ten before the first. Thread-safe.
 */
final class ReplicaInUse implements AutoCloseable {
  private static final int FREE_REPEATS = 10;
  private static final int ANSWERS_A_REPEAT = 10;

  /** Connects to another replica than those given up. */
  interface Elsewhere {
    /**
     * Connects.
     *
     * @return null if there is no other replica
     * @throws RkvException if none of the others can be reached
     */
    RkvClient connect(List<String> givenUp) throws RkvException;
  }

  private final Elsewhere elsewhere;
  private final Console console;
  private final long shareNanos;
  private final List<RkvClient> givenUp = new ArrayList<>();
  private final AtomicLong answers = new AtomicLong();
  private volatile RkvClient client;
  private volatile long heardNanos = System.nanoTime();
  private String said;
  private long repeats;
  private Reasons reasons;

  /**
   * Takes over a client, and closes it in the end.
   *
   * @param console where it says that the replica is another one
   * @param timeoutMillis of a call; a read has half of it for the first replica
   */
  ReplicaInUse(RkvClient client, Elsewhere elsewhere, Console console, int timeoutMillis) {
    this.client = client;
    this.elsewhere = elsewhere;
    this.console = console;
    shareNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis) / 2;
    said = client.replica();
  }

  /** Whom to call by now. */
  RkvClient client() {
    return client;
  }

  /** The replica that the last connection was made to, as it was named. */
  String name() {
    return client.replica();
  }

  /** A call that was made by this client has been answered. */
  void heard(RkvClient by) {
    answers.incrementAndGet();
    if (by == client) {
      heardNanos = System.nanoTime();
    }
  }

  /**
   * How long a read that was sent at this moment by this client waits on, from now, if nothing more
   * is heard; 0 or less if that is over, or the client has been given up.
   */
  long nanosLeft(RkvClient by, long sentNanos) {
    if (by != client) {
      return 0;
    }
    long last = sentNanos - heardNanos > 0 ? sentNanos : heardNanos;
    return last + shareNanos - System.nanoTime();
  }

  /**
   * Gives up the replica of a client that has let a read wait, unless that has been done already.
   *
   * @return whether the read is to be sent again, by the client that there is now
   * @throws IOException if it cannot be said
   */
  synchronized boolean moveOn(RkvClient silent) throws IOException {
    if (repeats >= FREE_REPEATS + answers.get() / ANSWERS_A_REPEAT) {
      return false;
    }
    if (client == silent && !connectElsewhere()) {
      return false;
    }
    repeats++;
    return true;
  }

  private boolean connectElsewhere() throws IOException {
    List<String> names = new ArrayList<>(List.of(client.replica()));
    for (RkvClient each : givenUp) {
      names.add(each.replica());
    }
    RkvClient other;
    try {
      other = elsewhere.connect(names);
    } catch (RkvException e) {
      return false; // The others are away: it may be that this one still answers.
    }
    if (other == null) {
      return false;
    }
    console.flush();
    console.errLine("rkv: " + client.replica() + ": RPC: Timed out; asking " + other.replica());
    givenUp.add(client);
    client = other;
    heardNanos = System.nanoTime();
    said = other.replica();
    return true;
  }

  /**
   * Says that the client has gone to another replica by itself, if it has.
   *
   * @throws IOException if it cannot be said
   */
  synchronized void sayWhereItIs() throws IOException {
    String now = client.replica();
    if (!now.equals(said)) {
      console.flush();
      console.errLine("rkv: left " + said + "; asking " + now);
      said = now;
    }
  }

  /**
   * Why a replica has announced this call as failed.
   *
   * @return null if it does not know, or cannot be asked
   */
  synchronized Reason why(Session session, String replica, Question failed) {
    if (reasons == null) {
      reasons = new Reasons(session);
    }
    return reasons.of(replica, failed);
  }

  @Override
  public synchronized void close() {
    client.close();
    if (reasons != null) {
      reasons.close();
    }
    givenUp.forEach(RkvClient::close);
  }
}
