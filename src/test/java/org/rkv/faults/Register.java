package org.rkv.faults;

import java.io.IOException;
import java.time.Duration;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * A key that one client writes, always a greater number, and others read. So what a GET may answer
 * is plain: no less than what was acknowledged, or read, before it was called. Thread-safe.
 */
final class Register {
  private static final Duration WRITTEN = Duration.ofSeconds(20);

  private final String key;
  private int written;
  private int acknowledged;
  private int seen;
  private int acknowledgements;

  Register(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  /** Whether a PUT with this answer took place everywhere. */
  static boolean isAcknowledged(int code) {
    return code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET;
  }

  /** Writes the next number; by one thread at a time. Whether it was acknowledged. */
  boolean write(TestClient client) throws OncRpcException, IOException {
    int number = next();
    boolean done = isAcknowledged(client.put(key, Integer.toString(number)));
    if (done) {
      acknowledge(number);
    }
    return done;
  }

  /** Writes greater and greater numbers through this replica until one is acknowledged. */
  void writeThrough(ReplicaHost host) {
    Eventually.until(
        WRITTEN,
        () -> {
          try (TestClient client = host.connect()) {
            return write(client);
          }
        },
        () -> "no write through " + host + " succeeds\n" + host.lastLines());
  }

  /** The number that is to be written next. */
  synchronized int next() {
    return ++written;
  }

  /** Its write was acknowledged. */
  synchronized void acknowledge(int number) {
    acknowledged = Math.max(acknowledged, number);
    acknowledgements++;
  }

  /** How many writes were acknowledged. */
  synchronized int acknowledgements() {
    return acknowledgements;
  }

  /** The least number that a GET called now may answer; 0 is none. */
  synchronized int floor() {
    return Math.max(acknowledged, seen);
  }

  /** The greatest number whose write was acknowledged. */
  synchronized int acknowledged() {
    return acknowledged;
  }

  /** A GET has answered this. */
  private synchronized void see(int number) {
    seen = Math.max(seen, number);
  }

  /**
   * Takes what a GET has answered, in the words of {@link TestClient#get}.
   *
   * @param floor from before the GET was called
   * @return whether the answer is older than may be; "failed" never is
   */
  boolean isStale(String answer, int floor) {
    if (answer.equals("" + kv.GET_FAILED)) {
      return false;
    }
    int number = numberOf(answer);
    see(number);
    return number < floor;
  }

  /** The number that was answered, 0 for "no such key", -1 if nothing was. */
  static int numberOf(String answer) {
    if (answer.startsWith("=")) {
      return Integer.parseInt(answer.substring(1));
    }
    return answer.equals("" + kv.GET_FAILED) ? -1 : 0;
  }
}
