package org.rkv.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Calls;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Opening;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;

/**
 * Thousands of connections to one server, from one address, that do it no good, and are made again
 * when it ends them. They live in a thread of their own until they are closed.
 */
final class Strangers implements AutoCloseable {
  /** So many connections are made in a millisecond, at most. */
  private static final int NEW_A_ROUND = 20;

  private static final int PUTS = 1000;
  private static final int KEYS = 16;
  private static final int RECORD_BYTES = 1024 * 1024;
  private static final int HALF_BYTES = 64 * 1024;
  private static final int PROOF_BYTES = 32;
  private static final int CALL_HEADER_BYTES = 40;

  private final InetSocketAddress server;
  private final InetAddress from;
  private final Selector selector;
  private final Queue<Supplier<Stranger>> toConnect = new ArrayDeque<>();
  private final ByteBuffer replies = ByteBuffer.allocateDirect(64 * 1024);
  private final Thread thread = new Thread(this::run, "strangers");
  private volatile boolean closed;
  private volatile int connected;
  private volatile long ended;

  private Strangers(InetSocketAddress server, InetAddress from) throws IOException {
    this.server = server;
    this.from = from;
    selector = Selector.open();
  }

  /** Some pipeline PUTs, half of the others send half records, the rest nothing. */
  static Strangers ofAllKinds(InetSocketAddress server, InetAddress from, int count, int pipelining)
      throws IOException {
    Strangers strangers = new Strangers(server, from);
    for (int i = 0; i < count; i++) {
      if (i < pipelining) {
        strangers.toConnect.add(strangers.new Pipelining()::self);
      } else if (i % 2 == 0) {
        strangers.toConnect.add(strangers.new HalfARecord()::self);
      } else {
        strangers.toConnect.add(strangers.new Idle()::self);
      }
    }
    strangers.thread.start();
    return strangers;
  }

  /** Some pipeline PUTs, the others greet by this name, and prove nothing, again and again. */
  static Strangers whoGreet(
      InetSocketAddress server, InetAddress from, int count, int pipelining, String name)
      throws IOException {
    Strangers strangers = new Strangers(server, from);
    byte[] hello = call(kv.RHELLO_1, helloAs(name));
    byte[] proof = call(kv.RADMIT_1, particulars());
    for (int i = 0; i < count; i++) {
      if (i < pipelining) {
        strangers.toConnect.add(strangers.new Pipelining()::self);
      } else {
        strangers.toConnect.add(strangers.new Greeting(hello, proof)::self);
      }
    }
    strangers.thread.start();
    return strangers;
  }

  /** How many are connected now. */
  int connected() {
    return connected;
  }

  /** How often the server has ended the connection of one. */
  long ended() {
    return ended;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    selector.wakeup();
    thread.join();
  }

  private void run() {
    try {
      while (!closed) {
        for (int i = 0; i < NEW_A_ROUND && !toConnect.isEmpty(); i++) {
          toConnect.remove().get().connect();
        }
        selector.select(
            key -> ((Stranger) key.attachment()).ready(), toConnect.isEmpty() ? 100 : 1);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection after the other. */
  private abstract class Stranger {
    private SocketChannel socket;
    private SelectionKey key;
    private ByteBuffer output;

    Stranger self() {
      return this;
    }

    void connect() throws IOException {
      socket = SocketChannel.open();
      socket.configureBlocking(false);
      output = null;
      try {
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(server);
        key = socket.register(selector, SelectionKey.OP_CONNECT, this);
      } catch (IOException e) {
        socket.close();
        toConnect.add(this::self);
      }
    }

    void ready() {
      try {
        if (key.isConnectable() && socket.finishConnect()) {
          connected++;
          output = first();
        }
        if (key.isReadable()) {
          int count = socket.read(replies.clear());
          if (count < 0) {
            throw new IOException("ended");
          }
          ByteBuffer next = answered();
          output = next == null ? output : next;
        }
        write();
      } catch (IOException e) {
        again();
      }
    }

    private void write() throws IOException {
      while (output != null && socket.write(output) > 0 && !output.hasRemaining()) {
        output = sent();
      }
      key.interestOps(SelectionKey.OP_READ | (output == null ? 0 : SelectionKey.OP_WRITE));
    }

    private void again() {
      try {
        if (socket.isConnected()) {
          connected--;
          ended++;
        }
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      toConnect.add(this::self);
    }

    /** What it sends first, or null. */
    abstract ByteBuffer first();

    /** What it sends when that has been sent, or null. */
    ByteBuffer sent() {
      return null;
    }

    /** What it sends when something has come, or null. */
    ByteBuffer answered() {
      return null;
    }
  }

  private final class Idle extends Stranger {
    @Override
    ByteBuffer first() {
      return null;
    }
  }

  private final class HalfARecord extends Stranger {
    @Override
    ByteBuffer first() {
      return ByteBuffer.allocate(4 + HALF_BYTES).putInt(0, 0x80000000 | RECORD_BYTES);
    }
  }

  private final class Pipelining extends Stranger {
    private final byte[] puts;

    Pipelining() {
      byte[][] records = new byte[PUTS][];
      for (int i = 0; i < PUTS; i++) {
        records[i] = Calls.record(Calls.put(i, "stranger " + i % KEYS, "v" + i));
      }
      puts = Calls.join(records);
    }

    @Override
    ByteBuffer first() {
      return ByteBuffer.wrap(puts);
    }

    @Override
    ByteBuffer sent() {
      return first();
    }
  }

  private final class Greeting extends Stranger {
    private final byte[] hello;
    private final byte[] proof;

    Greeting(byte[] hello, byte[] proof) {
      this.hello = hello;
      this.proof = proof;
    }

    @Override
    ByteBuffer first() {
      return ByteBuffer.wrap(hello);
    }

    @Override
    ByteBuffer answered() {
      return ByteBuffer.wrap(proof);
    }
  }

  private static byte[] call(int procedure, XdrAble arguments) {
    XdrOutput call = new XdrOutput(1024);
    call.xdrEncodeOpaque(new byte[CALL_HEADER_BYTES], 0, CALL_HEADER_BYTES);
    try {
      arguments.xdrEncode(call);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException(e);
    }
    ByteBuffer message = ByteBuffer.allocate(call.size()).put(call.buffer(), 0, call.size()).flip();
    message.putInt(0, 1).putInt(8, 2).putInt(12, kv.KVPROGRAM).putInt(16, kv.KVVERSION);
    message.putInt(20, procedure);
    return Calls.record(message.array());
  }

  private static Hello helloAs(String name) {
    Hello hello = new Hello();
    hello.protocol = kv.PEER_PROTOCOL;
    hello.names = new Names();
    hello.names.name = name;
    hello.names.incarnation = 1;
    hello.names.start = 1;
    hello.names.meant = "";
    hello.names.nonce = new Bytes(new byte[PROOF_BYTES]);
    return hello;
  }

  private static Particulars particulars() {
    Particulars particulars = new Particulars();
    particulars.state = kv.REPLICA_SERVING;
    particulars.capacity = kv.KVSTORE_CAPACITY;
    particulars.max_length = kv.MAX_LENGTH;
    particulars.cluster = "";
    particulars.list = new Listed[0];
    particulars.history = PeerMessages.noHistory();
    particulars.taken = new long[0];
    particulars.contents = new Contents();
    particulars.contents.entries_digest = new Bytes(new byte[0]);
    particulars.contents.tombstones_digest = new Bytes(new byte[0]);
    particulars.openings = new Opening[0];
    particulars.proof = new Bytes(new byte[PROOF_BYTES]);
    return particulars;
  }
}
