package org.rkv.replica.peer;

import java.util.List;

/** By which names a replica knows those of its list. */
public final class KnownNames {
  private KnownNames() {}

  /** Itself and all others: what each was heard to call itself, or else what the file says. */
  public static List<String> in(Peers peers) {
    return peers.list().stream()
        .map(entry -> entry.isHeardOf() ? entry.givenName() : entry.text())
        .map(name -> name.substring(0, name.lastIndexOf(':')))
        .toList();
  }
}
