package org.rkv.faults;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.kv;
import org.rkv.testing.Digests;
import org.rkv.testing.TestClient;

/**
 * A program of its own, so that it can run where the replicas are: clients that write, read and
 * delete a few keys through all replicas, and note what they were told.
 *
 * <p>{@code Load HISTORY SEED CLIENTS KEYS THINK_MILLIS PORT REPLICA...} takes commands from its
 * standard input, one a line, and answers each with lines that end with an empty one:
 *
 * <ul>
 *   <li>{@code run}: the clients go to work
 *   <li>{@code pause}: no client begins an operation; answered when none is under way
 *   <li>{@code digests}, {@code entries}: what each replica holds, with tombstones or without
 *   <li>{@code read}: every key is read through every replica, as one more client
 * </ul>
 */
final class Load {
  private static final int CONNECT_MILLIS = 1000;
  private static final int PATIENT_MILLIS = 25_000;
  private static final int IMPATIENT_MILLIS = 6_000;
  private static final int NOBODY_THERE_MILLIS = 50;

  private final List<InetSocketAddress> replicas = new ArrayList<>();
  private final int keys;
  private final int thinkMillis;
  private final BufferedWriter history;
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

  private Load(Path history, int keys, int thinkMillis, int port, List<String> hosts)
      throws IOException {
    this.history = Files.newBufferedWriter(history, StandardCharsets.UTF_8);
    this.keys = keys;
    this.thinkMillis = thinkMillis;
    hosts.forEach(host -> replicas.add(new InetSocketAddress(host, port)));
  }

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    long seed = Long.parseLong(arguments[1]);
    int clients = Integer.parseInt(arguments[2]);
    Load load =
        new Load(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]),
            Arrays.asList(arguments).subList(6, arguments.length));
    load.gate.writeLock().lock();
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(load.new Client("c" + i, seed + i)::work, "client " + i);
      thread.setDaemon(true);
      thread.start();
    }
    load.obey();
  }

  private void obey() throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = System.out;
    Client reader = new Client("last", 0);
    for (String command = in.readLine(); command != null; command = in.readLine()) {
      switch (command) {
        case "run" -> gate.writeLock().unlock();
        case "pause" -> {
          gate.writeLock().lock();
          synchronized (history) {
            history.flush();
          }
        }
        case "digests" -> out.println(Digests.of(replicas, true));
        case "entries" -> out.println(Digests.of(replicas, false));
        case "read" -> {
          reader.readAll();
          synchronized (history) {
            history.flush();
          }
        }
        default -> throw new IllegalArgumentException(command);
      }
      out.println();
      out.flush();
    }
  }

  private void note(Operation operation) {
    synchronized (history) {
      try {
        history.write(HistoryFile.line(operation));
        history.write('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One client: one operation at a time. */
  private final class Client {
    private final String name;
    private final Random random;
    private TestClient connection;
    private int writes;

    Client(String name, long seed) {
      this.name = name;
      random = new Random(seed);
    }

    void work() {
      while (true) {
        gate.readLock().lock();
        try {
          operate();
        } finally {
          gate.readLock().unlock();
        }
        rest(random.nextInt(2 * thinkMillis + 1));
      }
    }

    /** Through each replica in turn. */
    void readAll() {
      for (InetSocketAddress replica : replicas) {
        try (TestClient client = TestClient.connect(replica, CONNECT_MILLIS)) {
          connection = client.timeoutMillis(IMPATIENT_MILLIS);
          for (int key = 0; key < keys; key++) {
            call(Kind.GET, "k" + key, null);
          }
        } catch (IOException e) {
          System.out.println(replica + " cannot be read: " + e.getMessage());
        }
      }
      connection = null;
    }

    private void operate() {
      if (connection == null && !connect()) {
        rest(NOBODY_THERE_MILLIS);
        return;
      }
      connection.timeoutMillis(random.nextInt(20) == 0 ? PATIENT_MILLIS : IMPATIENT_MILLIS);
      String key = "k" + random.nextInt(keys);
      int dice = random.nextInt(100);
      boolean answered;
      if (dice < 40) {
        answered = call(Kind.PUT, key, name + "-" + ++writes);
      } else if (dice < 85) {
        answered = call(Kind.GET, key, null);
      } else {
        answered = call(Kind.DEL, key, null);
      }
      // Now and then a client goes to another replica.
      if (!answered || random.nextInt(50) == 0) {
        connection.close();
        connection = null;
      }
    }

    private boolean connect() {
      try {
        InetSocketAddress replica = replicas.get(random.nextInt(replicas.size()));
        connection = TestClient.connect(replica, CONNECT_MILLIS);
        return true;
      } catch (IOException nobodyThere) {
        return false;
      }
    }

    /** Calls and takes it down; false if no answer came. */
    private boolean call(Kind kind, String key, String value) {
      long invoked = System.nanoTime();
      try {
        String read = null;
        int code;
        switch (kind) {
          case PUT -> code = connection.put(key, value);
          case DEL -> code = connection.del(key);
          default -> {
            GetReply reply = connection.stub().GET_1(key);
            code = reply.code;
            read = code == kv.GET_OK ? reply.value.value : null;
          }
        }
        Result result = resultOf(kind, code);
        String shown = kind == Kind.GET ? read : value;
        note(new Operation(name, kind, key, shown, invoked, System.nanoTime(), result));
        return true;
      } catch (OncRpcException | IOException e) {
        note(new Operation(name, kind, key, value, invoked, Operation.NEVER, Result.UNKNOWN));
        return false;
      }
    }

    private Result resultOf(Kind kind, int code) {
      if (code == kv.PUT_OK || kind == Kind.PUT && code == kv.PUT_DUPLICATE_KEY_VALUE_RESET) {
        return Result.OK;
      }
      if (code == kv.PUT_FAILED) {
        return Result.FAILED;
      }
      if (kind != Kind.PUT && (code == kv.GET_KEY_NOT_FOUND || code == kv.GET_KVSTORE_IS_EMPTY)) {
        return Result.ABSENT;
      }
      throw new IllegalStateException(kind + " was answered with " + code);
    }

    private void rest(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts a client", e);
      }
    }
  }
}
