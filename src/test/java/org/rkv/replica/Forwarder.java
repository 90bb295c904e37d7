package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A second way to a replica: what connects here is connected there, and seems to come from where it
 * came from. Counts the connections, and can hold up what a caller sends, or break a connection.
 */
final class Forwarder implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicReference<Socket> firstHeld = new AtomicReference<>();
  private volatile long mostBytes = Long.MAX_VALUE;
  private volatile int firstToHold = 1;
  private final Thread acceptor;

  Forwarder(InetSocketAddress address, InetSocketAddress target) throws IOException {
    this.target = target;
    listener = new ServerSocket(address.getPort(), 50, address.getAddress());
    acceptor = start(this::accept);
  }

  /** How many connections have come so far. */
  int connections() {
    return connections.get();
  }

  /** From now on, so much comes through from a caller on each connection, and then no more. */
  void holdAfter(long bytes) {
    mostBytes = bytes;
  }

  /** From now on, nothing comes through from a caller on this connection, or a later one. */
  void holdFrom(int connection) {
    firstToHold = connection;
    mostBytes = 0;
  }

  /** Waits until a connection is held up. */
  void awaitHeld() throws InterruptedException {
    assertTrue(held.await(30, TimeUnit.SECONDS), "nothing was held up");
  }

  /** Breaks the connection that was the first to be held up. */
  void breakHeld() {
    closeQuietly(firstHeld.get());
    release();
  }

  /** Lets everything come through. */
  void release() {
    mostBytes = Long.MAX_VALUE;
    released.countDown();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        forward(listener.accept());
      } catch (IOException e) {
        // The target refused, or this is closed; both are seen by whoever connects.
        continue;
      }
    }
  }

  private void forward(Socket in) throws IOException {
    int number = connections.incrementAndGet();
    open.add(in);
    Socket out = new Socket();
    open.add(out);
    try {
      InetAddress caller = in.getInetAddress();
      out.bind(new InetSocketAddress(caller, 0));
      out.connect(target);
    } catch (IOException e) {
      closeBoth(in, out);
      throw e;
    }
    start(() -> copy(in, out, number));
    start(() -> copy(out, in, 0));
  }

  private void copy(Socket from, Socket to, int number) {
    try {
      InputStream input = from.getInputStream();
      byte[] buffer = new byte[8192];
      long bytes = 0;
      int length;
      while ((length = input.read(buffer)) >= 0) {
        bytes += length;
        if (number >= firstToHold && bytes > mostBytes) {
          hold(from);
        }
        to.getOutputStream().write(buffer, 0, length);
      }
    } catch (IOException e) {
      // One end is gone: so is the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeBoth(from, to);
    }
  }

  private void hold(Socket from) throws InterruptedException {
    firstHeld.compareAndSet(null, from);
    held.countDown();
    released.await();
  }

  private void closeBoth(Socket one, Socket other) {
    closeQuietly(one);
    closeQuietly(other);
  }

  private void closeQuietly(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // closed all the same
    }
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task, "forwarder");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    release();
    open.forEach(this::closeQuietly);
    try {
      acceptor.join(); // only then is the port free
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
