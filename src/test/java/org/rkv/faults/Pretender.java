package org.rkv.faults;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.rpc.Hello;

/**
 * Whoever sits at the address of a replica that is away, and answers the first greeting of each
 * caller with names that are not its own. It knows what anybody can find out by a greeting, and
 * answers nothing else.
 */
final class Pretender implements AutoCloseable {
  private static final int LAST_FRAGMENT = 0x8000_0000;
  private static final int REPLY = 1;

  private final Map<InetAddress, Hello> answers;
  private final boolean insists;
  private final ServerSocket listener;
  private final Set<InetAddress> answered = ConcurrentHashMap.newKeySet();
  private final Set<InetAddress> believers = ConcurrentHashMap.newKeySet();

  /**
   * Sits there until it is closed.
   *
   * @param answers what is said to whom
   */
  Pretender(InetSocketAddress address, Map<InetAddress, Hello> answers) throws IOException {
    this(address, answers, false);
  }

  /**
   * The same.
   *
   * @param insists whether it answers each greeting, and hears what follows without an answer
   */
  Pretender(InetSocketAddress address, Map<InetAddress, Hello> answers, boolean insists)
      throws IOException {
    this.answers = answers;
    this.insists = insists;
    listener = new ServerSocket(address.getPort(), 50, address.getAddress());
    Thread thread = new Thread(this::accept, "pretender");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether all to whom it has something to say have heard it, and have gone or said more. */
  boolean hasAnsweredAll() {
    return answered.equals(answers.keySet());
  }

  /** Who went on to talk to it after its answer. */
  Set<InetAddress> believers() {
    return Set.copyOf(believers);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket caller = listener.accept();
        if (insists) {
          Thread thread = new Thread(() -> serve(caller), "pretender to " + caller);
          thread.setDaemon(true);
          thread.start();
        } else {
          serve(caller);
        }
      } catch (IOException e) {
        // This is closed.
      }
    }
  }

  private void serve(Socket caller) {
    try (caller) {
      InetAddress who = caller.getInetAddress();
      if (answers.containsKey(who) && (insists || !answered.contains(who))) {
        DataInputStream input = new DataInputStream(caller.getInputStream());
        answer(input, new DataOutputStream(caller.getOutputStream()), answers.get(who));
        try {
          if (input.read() >= 0) {
            believers.add(who);
          }
        } finally {
          answered.add(who);
        }
        while (insists && input.read() >= 0) {
          continue;
        }
      }
    } catch (IOException | OncRpcException e) {
      // That caller is gone.
    }
  }

  /** To one call, whatever it is: a record of one fragment, as replicas send them. */
  private static void answer(DataInputStream input, DataOutputStream output, Hello hello)
      throws IOException, OncRpcException {
    byte[] call = input.readNBytes(input.readInt() & ~LAST_FRAGMENT);
    XdrOutput reply = new XdrOutput(256);
    reply.xdrEncodeInt(ByteBuffer.wrap(call).getInt()); // xid
    reply.xdrEncodeInt(REPLY);
    for (int i = 0; i < 4; i++) {
      reply.xdrEncodeInt(0); // accepted, with an empty verifier, and successful
    }
    hello.xdrEncode(reply);
    output.writeInt(reply.size() | LAST_FRAGMENT);
    output.write(reply.buffer(), 0, reply.size());
    output.flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
