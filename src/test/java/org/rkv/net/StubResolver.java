package org.rkv.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A name service that says what a test wants, or says nothing. Safe for all threads. */
public final class StubResolver implements NameResolver {
  private final Map<String, List<InetAddress>> addresses = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> lookUps = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> silent = new ConcurrentHashMap<>();

  /** From now on this name has these addresses; none if there are none. */
  public StubResolver says(String name, String... literals) {
    List<InetAddress> said = new ArrayList<>();
    for (String literal : literals) {
      said.add(AddressLiteral.parse(literal).orElseThrow());
    }
    addresses.put(name, said);
    return this;
  }

  /** From now on who asks for this name waits. */
  public StubResolver isSilentAbout(String name) {
    silent.put(name, new CountDownLatch(1));
    return this;
  }

  /** Who waits for this name is answered. */
  public StubResolver answers(String name) {
    silent.remove(name).countDown();
    return this;
  }

  /** How often it was asked for this name. */
  public int lookUpsOf(String name) {
    return lookUps.computeIfAbsent(name, host -> new AtomicInteger()).get();
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    lookUps.computeIfAbsent(host, name -> new AtomicInteger()).incrementAndGet();
    CountDownLatch silence = silent.get(host);
    if (silence != null) {
      awaitEndOf(silence);
    }
    List<InetAddress> said = addresses.getOrDefault(host, List.of());
    if (said.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return said;
  }

  private static void awaitEndOf(CountDownLatch silence) throws UnknownHostException {
    try {
      silence.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    }
  }
}
