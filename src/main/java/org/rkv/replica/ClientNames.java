package org.rkv.replica;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rkv.net.EventLoop;
import org.rkv.net.NameLookups;
import org.slf4j.Logger;

/**
 * The addresses of the names in a list of clients, as the name service had them last: looked up in
 * the background, a few at a time, so that the peers' names need not wait for these, and again each
 * {@value #AGAIN_MILLIS} ms. One that cannot be looked up keeps what it had: the name service fails
 * more often than a host gives up its name, and a right is withdrawn in the list. Belongs to the
 * event loop's thread.
 */
final class ClientNames {
  private static final int MAX_AT_A_TIME = 4;
  private static final long AGAIN_MILLIS = 30_000;

  /** What a start, or a change of the list, waits for a name service. */
  private static final long WAIT_MILLIS = 500;

  private final EventLoop loop;
  private final NameLookups lookUps;
  private final Runnable changed;
  private final Logger log;
  private final Map<String, List<InetAddress>> addresses = new HashMap<>();
  private final Set<String> failing = new HashSet<>();
  private Set<String> names = Set.of();
  private Round round;

  /**
   * No names yet.
   *
   * @param changed hears that a name has got other addresses
   */
  ClientNames(EventLoop loop, NameLookups lookUps, Runnable changed, Logger log) {
    this.loop = loop;
    this.lookUps = lookUps;
    this.changed = changed;
    this.log = log;
  }

  /** Begins to look again and again. */
  void begin() {
    loop.schedule(
        AGAIN_MILLIS,
        () -> {
          if (round == null) {
            lookUp(() -> {});
          }
          begin();
        });
  }

  /** What this name was last resolved to; an empty list if it never was. */
  List<InetAddress> addresses(String name) {
    return addresses.getOrDefault(name, List.of());
  }

  /**
   * From now on it is these names. Runs that one when they have been looked up, or when that takes
   * too long; those that are still looked up then come later. Never during this call.
   */
  void take(Set<String> newNames, Runnable then) {
    names = new TreeSet<>(newNames);
    failing.retainAll(names);
    if (round != null) {
      round.giveUp();
    }
    lookUp(then);
  }

  /** Knows no more of those that are in no list any more. */
  void forgetOthers() {
    addresses.keySet().retainAll(names);
  }

  private void lookUp(Runnable then) {
    round = new Round(new ArrayDeque<>(names), then);
    round.begin();
  }

  /** Each name once. */
  private final class Round {
    private final Deque<String> left;
    private final Map<String, Answer> underWay = new HashMap<>();
    private Runnable then;

    Round(Deque<String> left, Runnable then) {
      this.left = left;
      this.then = then;
    }

    void begin() {
      loop.schedule(left.isEmpty() ? 0 : WAIT_MILLIS, this::goOn);
      if (left.isEmpty()) {
        round = null;
      } else {
        next();
      }
    }

    private void next() {
      while (underWay.size() < MAX_AT_A_TIME && !left.isEmpty()) {
        String name = left.poll();
        Answer answer = new Answer(this, name);
        underWay.put(name, answer);
        lookUps.lookUp(name, answer);
      }
      if (underWay.isEmpty() && round == this) {
        round = null;
        goOn();
      }
    }

    private void goOn() {
      Runnable once = then;
      then = () -> {};
      once.run();
    }

    void giveUp() {
      underWay.forEach(lookUps::forget);
      then = () -> {};
    }

    void answered(String name) {
      underWay.remove(name);
      next();
    }
  }

  /** Of the name service. */
  private final class Answer implements NameLookups.Listener {
    private final Round of;
    private final String name;

    Answer(Round of, String name) {
      this.of = of;
      this.name = name;
    }

    @Override
    public void found(List<InetAddress> found) {
      failing.remove(name);
      List<InetAddress> former = addresses.put(name, List.copyOf(found));
      if (former == null || !Set.copyOf(former).equals(Set.copyOf(found))) {
        changed.run();
      }
      of.answered(name);
    }

    @Override
    public void notFound(String reason) {
      if (failing.add(name)) {
        if (addresses(name).isEmpty()) {
          log.warn("client {} has no address ({}): it may not call yet", name, reason);
        } else {
          log.warn("client {} cannot be looked up ({}): its addresses stay", name, reason);
        }
      }
      of.answered(name);
    }
  }
}
