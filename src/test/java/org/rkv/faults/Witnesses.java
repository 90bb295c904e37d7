package org.rkv.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.rpc.kv;
import org.rkv.testing.TestClient;

/**
 * Clients that write and read, each through one replica, while something goes wrong; and whether
 * what they were told agrees with what is promised.
 */
final class Witnesses implements AutoCloseable {
  /** A key that is written once, before anything goes wrong: {@link #settle}. */
  private static final String SETTLED = "settled";

  private static final int MOST_SHOWN = 3;

  private final String prefix;
  private final Background background = new Background();
  private final List<Register> registers = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
  private final Map<ReplicaHost, AtomicInteger> failedReads = new ConcurrentHashMap<>();
  private final Map<ReplicaHost, AtomicInteger> reads = new ConcurrentHashMap<>();

  Witnesses() {
    this("");
  }

  /** Their keys begin with this, so that they are not those of others. */
  Witnesses(String prefix) {
    this.prefix = prefix;
  }

  /** A key that readers look at from now on, besides those of the writers. */
  Register register(String key) {
    Register register = new Register(prefix + key);
    registers.add(register);
    return register;
  }

  /** Writes a key of its own through this replica, again and again, until {@link #stop}. */
  Register writeThrough(ReplicaHost host) {
    Register register = register("by " + host);
    again(host, client -> register.write(client), () -> {});
    return register;
  }

  /** Reads all keys at this replica, again and again, until {@link #stop}. */
  void readAt(ReplicaHost host) {
    AtomicInteger count = reads.computeIfAbsent(host, any -> new AtomicInteger());
    AtomicInteger failed = failedReads.computeIfAbsent(host, any -> new AtomicInteger());
    again(
        host,
        client -> {
          for (Register register : registers) {
            int floor = register.floor();
            String answer = client.get(register.key());
            if (register.isStale(answer, floor)) {
              stale.add(
                  host + " answers " + answer + " for " + register.key() + ", after " + floor);
            }
          }
          count.incrementAndGet();
          failed.addAndGet(client.get(SETTLED).equals("=" + SETTLED) ? 0 : 1);
        },
        failed::incrementAndGet);
  }

  /** Writes the key whose reads are counted by {@link #failedReads}. */
  boolean settle(ReplicaHost host) {
    return host.put(SETTLED, SETTLED);
  }

  /** How often the settled key was read at this replica. */
  int reads(ReplicaHost host) {
    return reads.get(host).get();
  }

  /** How often the settled key could not be read at this replica. */
  int failedReads(ReplicaHost host) {
    return failedReads.get(host).get();
  }

  private interface Step {
    void run(TestClient client) throws OncRpcException, IOException;
  }

  private void again(ReplicaHost host, Step step, Runnable noAnswer) {
    background.start(
        () -> {
          while (!background.isStopped()) {
            try (TestClient client = host.connect()) {
              while (!background.isStopped()) {
                step.run(client);
                Background.rest();
              }
            } catch (IOException | OncRpcException e) {
              // Nothing is known of that call. The replica may be gone for a while.
              noAnswer.run();
              Background.rest();
            }
          }
          return null;
        });
  }

  /** How many writes were acknowledged so far. */
  int acknowledgements() {
    return registers.stream().mapToInt(Register::acknowledgements).sum();
  }

  /** Ends the calls; what is said of them afterwards does not change any more. */
  void stop() throws Exception {
    background.stop();
  }

  /** GETs that answered what was overwritten before, the first few of them; empty if none did. */
  List<String> staleReads() {
    List<String> shown = new ArrayList<>(stale.stream().limit(MOST_SHOWN).toList());
    if (stale.size() > MOST_SHOWN) {
      shown.add("and " + (stale.size() - MOST_SHOWN) + " more old answers");
    }
    return shown;
  }

  /** Acknowledged writes that a replica does not have; empty if all have all. */
  List<String> lostAt(ReplicaHost host) {
    List<String> lost = new ArrayList<>();
    for (Register register : registers) {
      String answer = host.get(register.key());
      if (answer.equals("" + kv.GET_FAILED)) {
        lost.add(host + " does not answer for " + register.key());
      } else if (Register.numberOf(answer) < register.acknowledged()) {
        lost.add(
            host
                + " has lost "
                + register.key()
                + " = "
                + register.acknowledged()
                + ", answers "
                + answer);
      }
    }
    return lost;
  }

  @Override
  public void close() {
    background.close();
  }
}
