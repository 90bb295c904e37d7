package org.rkv.portmap;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;

/**
 * A host's rpcbind, version 3, over TCP and at a Unix socket, with its rules of ownership: who
 * comes over TCP is "unknown", who comes locally is the user that the test says; a place is taken
 * away by its owner or by root. UNSET over TCP answers "done" whatever it did. Safe for all
 * threads.
 */
public final class FakeRpcbind implements AutoCloseable {
  /** The owner of what root has registered. */
  public static final String ROOT = "superuser";

  /** The owner of what was registered over TCP. */
  public static final String UNKNOWN = "unknown";

  private static final int CALL_HEADER_BYTES = 40;
  private static final long END_MILLIS = 10_000;

  private final List<Registration> registrations = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Path socket;
  private final ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
  private final ServerSocketChannel tcp = ServerSocketChannel.open();
  private volatile String localUser = ROOT;
  private volatile boolean takesIpv6 = true;

  /**
   * Begins to serve, over TCP at an ephemeral port.
   *
   * @param socket where no file is
   */
  public FakeRpcbind(InetAddress address, Path socket) throws IOException {
    this.socket = socket;
    local.bind(UnixDomainSocketAddress.of(socket));
    tcp.bind(new InetSocketAddress(address, 0));
    serve(local);
    serve(tcp);
  }

  /** The rpcbind of a machine that has none. */
  public static LocalRpcbind nowhere() {
    return new LocalRpcbind(List.of(), List.of());
  }

  /** The rpcbind of a machine that has its socket there, when it has one. */
  public static LocalRpcbind at(Path socket) {
    return new LocalRpcbind(List.of(socket), List.of());
  }

  /** The port over TCP. */
  public int port() {
    return tcp.socket().getLocalPort();
  }

  /** What is registered; may be changed. */
  public List<Registration> registrations() {
    return registrations;
  }

  /** Who comes locally from now on: a user's number, or {@link #ROOT}. */
  public void setLocalUser(String user) {
    localUser = user;
  }

  /** From now on it takes nothing of IPv6. */
  public void refuseIpv6() {
    takesIpv6 = false;
  }

  /** From now on it is at its local socket only. */
  public void closeTcp() throws IOException, InterruptedException {
    tcp.close();
    threads.get(1).join(END_MILLIS);
  }

  private void serve(ServerSocketChannel server) {
    Thread thread = new Thread(() -> accept(server), "fake rpcbind");
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void accept(ServerSocketChannel server) {
    while (server.isOpen()) {
      try (SocketChannel connection = server.accept()) {
        answer(connection, server == local);
      } catch (IOException | OncRpcException e) {
        continue; // the caller has gone, or the test is over
      }
    }
  }

  private void answer(SocketChannel connection, boolean isLocal)
      throws IOException, OncRpcException {
    DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
    DataOutputStream out = new DataOutputStream(Channels.newOutputStream(connection));
    while (true) {
      byte[] call = new byte[in.readInt() & 0x7fffffff];
      in.readFully(call);
      XdrInput header = new XdrInput().wrap(call, 0, call.length);
      int xid = header.xdrDecodeInt();
      header.xdrDecodeOpaque(12); // CALL, RPC version, program
      boolean isVersion3 = header.xdrDecodeInt() == Rpcb.VERSION_3;
      int procedure = header.xdrDecodeInt();
      XdrInput arguments =
          new XdrInput().wrap(call, CALL_HEADER_BYTES, call.length - CALL_HEADER_BYTES);
      XdrOutput reply = new XdrOutput(1024);
      for (int word : new int[] {xid, 1, 0, 0, 0, isVersion3 ? 0 : 2}) {
        reply.xdrEncodeInt(word);
      }
      if (isVersion3) {
        result(procedure, arguments, isLocal).xdrEncode(reply);
      } else {
        reply.xdrEncodeInt(Rpcb.VERSION_3);
        reply.xdrEncodeInt(Rpcb.VERSION_3);
      }
      out.writeInt(0x80000000 | reply.size());
      out.write(reply.buffer(), 0, reply.size());
      out.flush();
    }
  }

  private XdrAble result(int procedure, XdrInput arguments, boolean isLocal)
      throws IOException, OncRpcException {
    switch (procedure) {
      case Rpcb.SET:
        return new XdrBoolean(set(Registration.decode(arguments), user(isLocal)));
      case Rpcb.UNSET:
        boolean isDone = unset(Registration.decode(arguments), user(isLocal));
        return new XdrBoolean(isDone || !isLocal);
      case Rpcb.DUMP:
        RegistrationList list = new RegistrationList();
        list.elements().addAll(registrations);
        return list;
      default:
        return XdrVoid.XDR_VOID;
    }
  }

  private String user(boolean isLocal) {
    return isLocal ? localUser : UNKNOWN;
  }

  private synchronized boolean set(Registration asked, String user) {
    if (asked.netId().endsWith("6") && !takesIpv6) {
      return false;
    }
    for (Registration each : registrations) {
      if (isSamePlace(each, asked)) {
        return each.address().equals(asked.address());
      }
    }
    return registrations.add(
        new Registration(asked.program(), asked.version(), asked.netId(), asked.address(), user));
  }

  private synchronized boolean unset(Registration asked, String user) {
    return registrations.removeIf(
        each -> (isSamePlace(each, asked)) && (user.equals(ROOT) || user.equals(each.owner())));
  }

  private static boolean isSamePlace(Registration one, Registration asked) {
    return one.program() == asked.program()
        && one.version() == asked.version()
        && (asked.netId().isEmpty() || one.netId().equals(asked.netId()));
  }

  /** Ends as rpcbind does, which leaves the file of its socket behind. */
  @Override
  public void close() throws IOException, InterruptedException {
    tcp.close();
    local.close();
    for (Thread thread : threads) { // till then the system still listens
      thread.join(END_MILLIS);
    }
  }

  /** Ends, and no trace of it is left. */
  public void remove() throws IOException, InterruptedException {
    close();
    Files.deleteIfExists(socket);
  }
}
