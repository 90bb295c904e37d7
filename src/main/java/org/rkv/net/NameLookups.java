package org.rkv.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The look-ups of names that an event loop needs, on threads of their own: a name service that does
 * not answer holds up nothing else. Each name is asked for once at a time; who asks meanwhile gets
 * the same answer. Belongs to the event loop's thread, except {@link #last} and {@link #resolve}.
 */
public final class NameLookups {
  /** Who waits for an answer. */
  public interface Listener {
    /** These are the addresses. */
    void found(List<InetAddress> addresses);

    /** There are none, or it cannot be told now. */
    void notFound(String reason);
  }

  private final EventLoop loop;
  private final NameResolver resolver;
  private final Map<String, List<Listener>> waiting = new HashMap<>();
  private final Map<String, List<InetAddress>> last = new ConcurrentHashMap<>();

  /** Nothing is asked for until somebody wants it. */
  public NameLookups(EventLoop loop, NameResolver resolver) {
    this.loop = loop;
    this.resolver = resolver;
  }

  /**
   * Begins to look a name up, if nobody does so already, and returns at once. The listener hears
   * one thing, never during this call, unless it is {@link #forget forgotten} first. An address
   * needs no look-up.
   */
  public void lookUp(String host, Listener listener) {
    List<Listener> others = waiting.get(host);
    if (others != null) {
      others.add(listener);
      return;
    }
    waiting.put(host, new ArrayList<>(List.of(listener)));
    AddressLiteral.parse(host)
        .ifPresentOrElse(
            address -> loop.schedule(0, () -> found(host, List.of(address))),
            () ->
                loop.offloadLookUp(
                    () -> resolver.resolve(host),
                    addresses -> found(host, addresses),
                    e -> notFound(host, e)));
  }

  /**
   * Looks several up for {@link #last}, and then runs this: when all have been answered, or the
   * time is over. Never during this call.
   */
  public void refresh(Collection<String> hosts, long timeoutMillis, Runnable then) {
    new Refresh(List.copyOf(hosts), then).begin(timeoutMillis);
  }

  /** This one does not want to hear of that name any more. */
  public void forget(String host, Listener listener) {
    List<Listener> listeners = waiting.get(host);
    if (listeners != null) {
      listeners.remove(listener);
    }
  }

  /**
   * What a host was resolved to when that could last be done; an empty list if it never was. Asks
   * nobody. Safe for all threads.
   */
  public List<InetAddress> last(String host) {
    return AddressLiteral.parse(host)
        .map(List::of)
        .orElseGet(() -> last.getOrDefault(host, List.of()));
  }

  /**
   * Looks one up at once, so it may block; an address needs no look-up. Safe for all threads.
   *
   * @throws UnknownHostException if there is no address, or it cannot be told now
   */
  public static List<InetAddress> resolve(String host, NameResolver resolver)
      throws UnknownHostException {
    Optional<InetAddress> literal = AddressLiteral.parse(host);
    return literal.isPresent() ? List.of(literal.get()) : resolver.resolve(host);
  }

  private void found(String host, List<InetAddress> addresses) {
    last.put(host, List.copyOf(addresses));
    waiting.remove(host).forEach(listener -> listener.found(addresses));
  }

  private void notFound(String host, Exception e) {
    String reason = e instanceof UnknownHostException ? "unknown host" : TcpChannel.reasonOf(e);
    waiting.remove(host).forEach(listener -> listener.notFound(reason));
  }

  /** Of several. */
  private final class Refresh implements Listener {
    private final List<String> hosts;
    private final Runnable then;
    private int left;
    private Timers.Timer deadline;

    Refresh(List<String> hosts, Runnable then) {
      this.hosts = hosts;
      this.then = then;
    }

    void begin(long timeoutMillis) {
      left = hosts.size();
      deadline = loop.schedule(left == 0 ? 0 : timeoutMillis, this::over);
      hosts.forEach(host -> lookUp(host, this));
    }

    private void over() {
      deadline.cancel();
      hosts.forEach(host -> forget(host, this));
      then.run();
    }

    @Override
    public void found(List<InetAddress> addresses) {
      answered();
    }

    @Override
    public void notFound(String reason) {
      answered();
    }

    private void answered() {
      left--;
      if (left == 0) {
        over();
      }
    }
  }
}
