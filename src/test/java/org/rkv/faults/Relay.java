package org.rkv.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Whoever sits at the address of a replica that is away, and passes what is said there on to
 * another one, from that address, and the answers back. It knows no secret and no message, only
 * bytes; it looks for some, and can put others in their place.
 */
final class Relay implements AutoCloseable {
  private final InetSocketAddress address;
  private final InetSocketAddress target;
  private final Predicate<InetAddress> victims;
  private final ServerSocket listener;
  private final String soughtText;
  private final String forgedText;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean seen;

  /**
   * Sits there until it is closed.
   *
   * @param victims who is passed on; others are hung up on
   * @param soughtText what it looks for
   * @param forgedText of the same length, passed on instead
   */
  Relay(
      InetSocketAddress address,
      InetSocketAddress target,
      Predicate<InetAddress> victims,
      String soughtText,
      String forgedText)
      throws IOException {
    this.address = address;
    this.target = target;
    this.victims = victims;
    this.soughtText = soughtText;
    this.forgedText = forgedText;
    listener = new ServerSocket(address.getPort(), 50, address.getAddress());
    start(this::accept);
  }

  /** One that passes everybody's bytes on as they are. */
  Relay(InetSocketAddress address, InetSocketAddress target) throws IOException {
    this(address, target, any -> true, "nothing in particular", "nothing in particular");
  }

  /** Whether what it looks for has come by. */
  boolean hasSeen() {
    return seen;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket caller = keep(listener.accept());
        if (!victims.test(caller.getInetAddress())) {
          caller.close();
          continue;
        }
        Socket callee = keep(new Socket());
        callee.bind(new InetSocketAddress(address.getAddress(), 0));
        callee.connect(target);
        start(() -> pass(caller, callee));
        start(() -> pass(callee, caller));
      } catch (IOException e) {
        hangUp(); // the target has refused, or this is closed
      }
    }
  }

  private Socket keep(Socket socket) {
    open.add(socket);
    return socket;
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[65_536];
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      int length;
      while ((length = input.read(buffer)) >= 0) {
        String text = new String(buffer, 0, length, ISO_8859_1);
        seen |= text.contains(soughtText);
        output.write(text.replace(soughtText, forgedText).getBytes(ISO_8859_1));
      }
    } catch (IOException e) {
      // One end is gone: so is the other.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void hangUp() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        open.remove(socket); // closed all the same
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    hangUp();
  }
}
