package org.rkv.simulation;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.rkv.net.AddressLiteral;

/**
 * What one machine is told when it looks a name up: mostly the truth, and at once. An address is
 * not looked up. Nothing is remembered, so each answer is as of its moment.
 */
final class NameService {
  private final Map<String, List<InetAddress>> truth;
  private final Map<String, List<InetAddress>> lies = new TreeMap<>();
  private long delayMillis;
  private boolean silent;

  /**
   * Knows the truth, and tells it.
   *
   * @param truth where each name leads, for all machines; may change
   */
  NameService(Map<String, List<InetAddress>> truth) {
    this.truth = truth;
  }

  /** The one form of a name that is spelled in another case, or with a last dot. */
  static String plain(String host) {
    return AddressLiteral.withoutLastDot(host).toLowerCase(Locale.ROOT);
  }

  /** What it says now; empty if it cannot tell. */
  List<InetAddress> addressesOf(String host) {
    return AddressLiteral.parse(host).map(List::of).orElseGet(() -> told(plain(host)));
  }

  private List<InetAddress> told(String name) {
    if (silent) {
      return List.of();
    }
    return lies.getOrDefault(name, truth.getOrDefault(name, List.of()));
  }

  /** How long an answer takes. */
  long delayMillis(String host) {
    return AddressLiteral.parse(host).isPresent() ? 0 : delayMillis;
  }

  /** From now on it says this of a name. */
  void lie(String name, List<InetAddress> addresses) {
    lies.put(name, addresses);
  }

  /** From now on it is late. */
  void delay(long millis) {
    delayMillis = millis;
  }

  /** From now on it says nothing, which is noticed at once. */
  void fallSilent() {
    silent = true;
  }

  /** Whether it says the truth, at once. */
  boolean isRight() {
    return lies.isEmpty() && !silent && delayMillis == 0;
  }

  /** From now on it says the truth again, at once. */
  void mend() {
    lies.clear();
    delayMillis = 0;
    silent = false;
  }

  @Override
  public String toString() {
    return (silent ? "it says nothing " : "") + lies + " after " + delayMillis + " ms";
  }
}
