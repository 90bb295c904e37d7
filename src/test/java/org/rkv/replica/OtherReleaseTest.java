package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.RawClient;
import org.rkv.rpc.Names;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;

/** Beside a replica of another release, above all 1.0.0, whose greeting was another one. */
class OtherReleaseTest {
  private static final int MANY_ATTEMPTS = 5;
  private static final int RHELLO = 8;
  private static final int GARBAGE_ARGS = 4;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 2);
    replica = cluster.replica(0).start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** 1.0.0 writes to its log: "it answers our greeting with code 65538". */
  @Test
  void shouldAnswerTheGreetingOfRelease100WithACodeThatItDoesNotKnow() throws Exception {
    try (RawClient old = new RawClient(replica.address())) {
      old.sendRecord(helloOfRelease100());

      ByteBuffer reply = ByteBuffer.wrap(old.receiveBytes());
      assertEquals(7, reply.getInt(), "xid");
      assertEquals(1, reply.getInt(), "a reply");
      assertEquals(0, reply.getInt(), "accepted");
      assertEquals(0, reply.getLong(), "no verifier");
      assertEquals(0, reply.getInt(), "success");
      // What follows is read as its Welcome.
      assertEquals(kv.PEER_PROTOCOL, reply.getInt(), "code");
      assertEquals(replica.shown(), string(reply));
      assertEquals(replica.incarnation(), reply.getLong(), "origin");
      assertEquals(0, reply.getInt(), "state");
      assertEquals("", string(reply), "nonce");
      assertEquals("", string(reply), "proof");
    }
  }

  private byte[] helloOfRelease100() {
    byte[] name = cluster.host(1).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer call = ByteBuffer.allocate(40 + 4 + (name.length + 3 & ~3) + 28);
    call.putInt(7).putInt(0).putInt(2).putInt(kv.KVPROGRAM).putInt(kv.KVVERSION).putInt(RHELLO);
    call.position(40);
    call.putInt(name.length).put(name);
    call.position(call.position() + 3 & ~3);
    call.putInt(cluster.port()).putLong(0x0123456789L).putInt(kv.REPLICA_SERVING);
    call.putInt(kv.KVSTORE_CAPACITY).putInt(kv.MAX_LENGTH).putInt(0);
    return call.array();
  }

  private static String string(ByteBuffer from) {
    byte[] bytes = new byte[from.getInt()];
    from.get(bytes);
    from.position(from.position() + 3 & ~3);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** The first thing in its greeting was a name, and no name is so long as our number is. */
  @Test
  void shouldSayOnceThatAReplicaOfRelease100IsOfAnotherRelease() throws Exception {
    AtomicInteger greetings = new AtomicInteger();
    try (ServerSocket listener = new ServerSocket(cluster.port(), 50, address())) {
      Thread release100 = new Thread(() -> answerAsRelease100(listener, greetings), "1.0.0");
      release100.setDaemon(true);
      release100.start();

      Eventually.until(
          "it has tried often", () -> greetings.get() > MANY_ATTEMPTS, cluster::describe);

      assertEquals(
          List.of(
              "WARNING: replica "
                  + cluster.host(1)
                  + " is not reachable: it does not answer our greeting, or is of another release:"
                  + " Server can't decode arguments"),
          replica.log().matching(line -> line.startsWith("WARNING") && line.contains("greeting")),
          cluster::describe);
      assertFalse(replica.isServing());
    }
  }

  private InetAddress address() {
    return cluster.replica(1).inetAddress();
  }

  /** Its decoder misses the 65538 bytes of the name that it takes our version for the length of. */
  private static void answerAsRelease100(ServerSocket listener, AtomicInteger greetings) {
    while (!listener.isClosed()) {
      try (Socket caller = listener.accept()) {
        DataInputStream in = new DataInputStream(caller.getInputStream());
        byte[] record = new byte[in.readInt() & 0x7fffffff];
        in.readFully(record);
        ByteBuffer call = ByteBuffer.wrap(record);
        if (call.getInt(20) == RHELLO && call.getInt(40) > record.length) {
          greetings.incrementAndGet();
          DataOutputStream out = new DataOutputStream(caller.getOutputStream());
          ByteBuffer reply = ByteBuffer.allocate(28).putInt(0x80000000 | 24);
          reply.putInt(call.getInt(0)).putInt(1).putInt(0).putLong(0).putInt(GARBAGE_ARGS);
          out.write(reply.array());
          in.readFully(new byte[1]); // until the caller hangs up
        }
      } catch (EOFException e) {
        continue; // the next one
      } catch (IOException e) {
        continue; // closed, or the caller is gone
      }
    }
  }

  /** The version comes first from now on, so the two know each other at once. */
  @Test
  void shouldSayOnceThatAReplicaOfALaterReleaseIsOfAnotherRelease() throws Exception {
    try (StandInReplica later = new LaterRelease()) {
      Eventually.until(
          "it has tried often", () -> later.greetings() > MANY_ATTEMPTS, cluster::describe);

      assertEquals(
          1,
          replica
              .log()
              .count(" is of no use to us: it is of another release, which greets in another way"),
          cluster::describe);
      assertFalse(replica.isServing());
    }
  }

  private final class LaterRelease extends StandInReplica {
    LaterRelease() throws IOException {
      super(cluster.address(1), cluster.names());
    }

    @Override
    Names answerTo(Names caller) {
      return null;
    }
  }
}
