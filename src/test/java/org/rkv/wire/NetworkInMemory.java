package org.rkv.wire;

import java.util.ArrayDeque;
import java.util.Deque;

/** Attempts to connect, which succeed or fail when a test says so. */
final class NetworkInMemory implements Network {
  private record Attempt(String host, int port, long timeoutMillis, ChannelListener listener) {}

  private final Deque<Attempt> attempts = new ArrayDeque<>();
  int attemptsMade;

  @Override
  public void connect(String host, int port, long timeoutMillis, ChannelListener listener) {
    attemptsMade++;
    attempts.add(new Attempt(host, port, timeoutMillis, listener));
  }

  /** How many attempts are under way. */
  int attemptsUnderWay() {
    return attempts.size();
  }

  /** The longest lasting attempt succeeds. */
  ChannelInMemory accept() {
    Attempt attempt = attempts.remove();
    ChannelInMemory channel = new ChannelInMemory(attempt.port(), attempt.listener());
    attempt.listener().opened(channel);
    return channel;
  }

  /** The longest lasting attempt fails. */
  void refuse(String reason) {
    attempts.remove().listener().closed(null, reason);
  }
}
