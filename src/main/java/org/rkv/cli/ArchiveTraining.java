package org.rkv.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rkv.client.Connector;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.rpc.kv;

/**
 * Does what an ordinary run of rkv does, so that a JVM with {@code -XX:ArchiveClassesAtExit} finds
 * the classes of it loaded and archives them: a PUT, a GET and a DEL, with what is remembered of
 * the replicas, against a server of its own on loopback. Nothing is printed. Not for users.
 */
public final class ArchiveTraining {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int PROGRAM_OFFSET = 12;
  private static final int REPLY_BYTES = 8 * Integer.BYTES;

  private ArchiveTraining() {}

  /** Runs the training. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory("rkv-training");
    Path memory = directory.resolve("rkv").resolve("replicas");
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      Thread serving = new Thread(() -> serve(server), "training server");
      serving.setDaemon(true);
      serving.start();
      CommandLine.ofThisProcess(new String[] {});
      for (String command : new String[] {"PUT", "GET", "DEL"}) {
        run(server.getLocalPort(), memory, command);
      }
    } finally {
      Files.deleteIfExists(memory);
      Files.deleteIfExists(memory.getParent());
      Files.deleteIfExists(directory);
    }
  }

  private static void run(int port, Path memory, String command) throws IOException {
    OutputStream nowhere = new ByteArrayOutputStream();
    Session session =
        new Session(
            "rkv",
            port,
            Options.NONE,
            new Connector(port, port, TIMEOUT_MILLIS),
            new ReplicaCache(memory),
            new Console(nowhere, nowhere, Options.NONE, Terminals.NONE));
    String[] call = {"127.0.0.1", command, "key"};
    String[] put = {"127.0.0.1", command, "key", "value"};
    int status = new ClientCommand(session).run(command.equals("PUT") ? put : call);
    if (status != ExitStatus.DONE) {
      throw new IOException("the training of " + command + " went wrong: " + nowhere);
    }
  }

  /** Portmapper and replica in one; the former says that the latter is where it is itself. */
  private static void serve(ServerSocket server) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          answer(socket, server.getLocalPort());
        }
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void answer(Socket socket, int port) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int mark;
    while ((mark = readMark(in)) != 0) {
      byte[] call = new byte[mark & Integer.MAX_VALUE];
      in.readFully(call);
      ByteBuffer words = ByteBuffer.wrap(call);
      boolean isReplica = words.getInt(PROGRAM_OFFSET) == kv.KVPROGRAM;
      ByteBuffer reply = ByteBuffer.allocate(Integer.BYTES + REPLY_BYTES);
      reply.putInt(RecordMarking.LAST_FRAGMENT | REPLY_BYTES).putInt(words.getInt(0)).putInt(1);
      reply.putInt(0).putInt(0).putInt(0).putInt(0); // accepted, no verifier, successful
      reply.putInt(isReplica ? 0 : port).putInt(0); // code 0, with "" for GET, or an empty list
      socket.getOutputStream().write(reply.array());
    }
  }

  private static int readMark(DataInputStream in) throws IOException {
    try {
      return in.readInt();
    } catch (EOFException e) {
      return 0;
    }
  }
}
