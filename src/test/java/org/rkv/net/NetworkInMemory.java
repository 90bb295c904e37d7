package org.rkv.net;

import java.util.ArrayDeque;
import java.util.Deque;

/** Attempts to connect, which succeed or fail when a test says so. */
public final class NetworkInMemory implements Network {
  private record Attempt(String host, int port, long timeoutMillis, ChannelListener listener) {}

  private final Deque<Attempt> attempts = new ArrayDeque<>();
  public int attemptsMade;

  @Override
  public void connect(String host, int port, long timeoutMillis, ChannelListener listener) {
    attemptsMade++;
    attempts.add(new Attempt(host, port, timeoutMillis, listener));
  }

  /** How many attempts are under way. */
  public int attemptsUnderWay() {
    return attempts.size();
  }

  /** The longest lasting attempt succeeds. */
  public ChannelInMemory accept() {
    Attempt attempt = attempts.remove();
    ChannelInMemory channel = new ChannelInMemory(attempt.port(), attempt.listener());
    attempt.listener().opened(channel);
    return channel;
  }

  /** The longest lasting attempt fails. */
  public void refuse(String reason) {
    attempts.remove().listener().closed(null, reason);
  }
}
