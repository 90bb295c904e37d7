package org.rkv.net;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Attempts to connect, which succeed or fail when a test says so. */
public final class NetworkInMemory implements Network {
  private record Attempt(String host, int port, long timeoutMillis, ChannelListener listener) {}

  private final Deque<Attempt> attempts = new ArrayDeque<>();
  public int attemptsMade;

  /** Where the connections led, as was said. */
  public final List<String> led = new ArrayList<>();

  @Override
  public void connect(String host, int port, long timeoutMillis, ChannelListener listener) {
    attemptsMade++;
    attempts.add(new Attempt(host, port, timeoutMillis, listener));
  }

  @Override
  public void ledRight(String host, int port, InetAddress address) {
    led.add(host + ":" + port + " right at " + AddressLiteral.text(address));
  }

  @Override
  public void ledElsewhere(String host, int port, InetAddress address) {
    led.add(host + ":" + port + " elsewhere at " + AddressLiteral.text(address));
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
