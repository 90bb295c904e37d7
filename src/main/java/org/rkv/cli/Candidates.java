package org.rkv.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rkv.client.Endpoint;

/**
 * The replicas that one command may ask, in order: those it was given, then those which the given
 * ones once named. What is remembered is looked at only when it is needed. Not thread-safe.
 */
final class Candidates {
  private final List<String> given;
  private final ReplicaCache known;
  private final Options options;
  private List<String> all;
  private int next;

  /**
   * Reads HOST.
   *
   * @param hosts one host, or several with commas between them
   * @throws IllegalArgumentException with one line, if one has a port that is none
   */
  Candidates(String hosts, ReplicaCache known, Options options) {
    this.known = known;
    this.options = options;
    given = new ArrayList<>(1);
    if (hosts.indexOf(',') < 0) {
      given.add(at(hosts));
    } else {
      for (String host : hosts.split(",")) {
        if (!host.isEmpty()) {
          given.add(at(host));
        }
      }
    }
    if (given.isEmpty()) {
      given.add(hosts);
    }
    given.forEach(Endpoint::requirePort);
  }

  /** This host, at the port of the options if there is one and it has none itself. */
  String at(String host) {
    return options.port() == 0 ? host : Endpoint.parse(host).orAt(options.port()).toString();
  }

  /** Those that the command was given. */
  List<String> given() {
    return given;
  }

  /** The next one to ask, or null. */
  String next() {
    if (next < given.size()) {
      return given.get(next++);
    }
    return next < all().size() ? all().get(next++) : null;
  }

  /** Whether there is a next one. */
  boolean hasNext() {
    return next < given.size() || next < all().size();
  }

  /** Whether there is, or was, more than one to ask. */
  boolean areSeveral() {
    return given.size() > 1 || all().size() > 1;
  }

  /** All, those that are remembered included. */
  List<String> all() {
    if (all == null) {
      Set<String> names = new LinkedHashSet<>(given);
      if (options.failover()) {
        for (String host : given) {
          for (String name : known.namedBy(host)) {
            names.add(at(name));
          }
        }
      }
      all = new ArrayList<>(names);
    }
    return all;
  }
}
