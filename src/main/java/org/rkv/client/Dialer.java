package org.rkv.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.rkv.net.EventLoop;

/**
 * Has a helper thread connect, which blocks, and brings the socket to the loop. No socket is lost:
 * one that the loop does not take over any more is closed. Belongs to the loop's thread.
 */
final class Dialer {
  private final EventLoop loop;

  /** What is connected and the loop has not taken over yet. */
  private final Set<ReplicaSelector.Connected> made = ConcurrentHashMap.newKeySet();

  private volatile boolean ended;

  Dialer(EventLoop loop) {
    this.loop = loop;
  }

  /**
   * Connects.
   *
   * @param way how, on a helper thread
   * @param done takes over what is connected, on the loop's thread
   * @param failed takes why nothing is, on the loop's thread
   */
  void dial(
      Callable<ReplicaSelector.Connected> way,
      Consumer<ReplicaSelector.Connected> done,
      Consumer<Exception> failed) {
    loop.offload(
        () -> {
          ReplicaSelector.Connected connected = way.call();
          keep(connected);
          return connected;
        },
        connected -> {
          if (made.remove(connected)) {
            done.accept(connected);
          }
        },
        failed);
  }

  /** Hands over on the loop's thread what is connected already. Safe for all threads. */
  void handOver(
      ReplicaSelector.Connected connected, Consumer<ReplicaSelector.Connected> takesOver) {
    keep(connected);
    loop.execute(
        () -> {
          made.remove(connected);
          takesOver.accept(connected);
        });
  }

  private void keep(ReplicaSelector.Connected connected) {
    made.add(connected);
    if (ended) { // Nobody takes it over any more.
      closeMade();
    }
  }

  /** The loop ends: it takes over nothing any more. */
  void close() {
    ended = true;
    closeMade();
  }

  private void closeMade() {
    made.removeIf(
        each -> {
          closeQuietly(each.socket());
          return true;
        });
  }

  static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // Its descriptor is gone either way, and nothing more is expected of it.
    }
  }
}
