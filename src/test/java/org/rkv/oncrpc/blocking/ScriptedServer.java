package org.rkv.oncrpc.blocking;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * A TCP server on loopback that does to each connection, one after the other, what a script says.
 * Messages are written in hex; {@code XID} stands for the xid of the last call read.
 */
public final class ScriptedServer implements AutoCloseable {
  /** What happens on one connection, which ends when this returns. */
  public interface Script {
    /** Serves one connection. */
    void serve(Connection connection) throws IOException;
  }

  /** The header of an accepted, successful reply. */
  public static final String OK = "XID 00000001 00000000 00000000 00000000 00000000 ";

  /** A reply that refuses the call since the caller may not make it: AUTH_TOOWEAK. */
  public static final String TOO_WEAK = "XID 00000001 00000001 00000001 00000005";

  private final ServerSocket listener;
  private final Script script;
  private final Thread thread;
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  private volatile InetAddress lastClient;

  private ScriptedServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    thread = new Thread(this::run, "scripted-server");
    thread.start();
  }

  /** Starts a server on an ephemeral port of 127.0.0.1. */
  public static ScriptedServer start(Script script) throws IOException {
    return start(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), script);
  }

  /** Starts a server at this address. */
  public static ScriptedServer start(InetSocketAddress address, Script script) throws IOException {
    return new ScriptedServer(
        new ServerSocket(address.getPort(), 10, address.getAddress()), script);
  }

  /** A server that answers every call with this reply. */
  public static ScriptedServer answering(String reply) throws IOException {
    return start(
        connection -> {
          while (connection.readCall()) {
            connection.reply(reply);
          }
        });
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Its port. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The calls read so far, as hex without record marks, the xid written as XID. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** Where the last connection came from. */
  public InetAddress lastClient() {
    return lastClient;
  }

  /** From now on nobody can connect; the connection that there is goes on. */
  public void stopListening() throws IOException {
    listener.close();
  }

  private void run() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        socket.setTcpNoDelay(true);
        lastClient = socket.getInetAddress();
        script.serve(new Connection(socket));
      } catch (IOException e) {
        // The client went away, or the test is over: what the client saw is what is tested.
        continue;
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      thread.interrupt();
      thread.join(5_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server's end of one connection. */
  public final class Connection {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private String xid = "";

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    /** Reads one call; false if the client has closed the connection. */
    public boolean readCall() throws IOException {
      byte[] call;
      try {
        call = new byte[in.readInt() & 0x7fffffff];
      } catch (EOFException e) {
        return false;
      }
      in.readFully(call);
      String hex = HexFormat.of().formatHex(call);
      xid = hex.substring(0, 8);
      calls.add("XID" + hex.substring(8));
      return true;
    }

    /** Sends a reply as one record. */
    public void reply(String reply) throws IOException {
      byte[] body = bytes(reply);
      send(String.format("%08x", 0x80000000 | body.length) + hex(body));
    }

    /** Sends bytes as they are, without a record mark. */
    public void send(String raw) throws IOException {
      out.write(bytes(raw));
    }

    /** Waits until the client closes the connection. */
    public void awaitClose() throws IOException {
      while (in.read() >= 0) {
        continue;
      }
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** The message with the xid of the last call read, to be sent later. */
    public String withXid(String message) {
      return message.replace("XID", xid);
    }

    private byte[] bytes(String text) {
      return HexFormat.of().parseHex(withXid(text).replace(" ", ""));
    }

    private static String hex(byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
  }
}
