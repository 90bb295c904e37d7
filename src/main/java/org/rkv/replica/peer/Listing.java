package org.rkv.replica.peer;

import java.util.Collections;
import java.util.List;

/**
 * An entry of a replica file, as one replica sees it. Immutable.
 *
 * @param text {@code HOST:PORT} in its one form
 * @param addresses that the host was last resolved to, as text
 * @param givenName what the replica there calls itself; empty if that was never heard
 * @param isMember whether it has served since it was listed, so far as is known
 */
record Listing(String text, List<String> addresses, String givenName, boolean isMember) {
  /** Keeps a copy. */
  Listing {
    addresses = List.copyOf(addresses);
  }

  boolean isHeardOf() {
    return !givenName.isEmpty();
  }

  /** Whether one name of the one is a name of the other. */
  boolean hasANameOf(Listing other) {
    return text.equals(other.text)
        || isHeardOf() && (givenName.equals(other.givenName) || givenName.equals(other.text))
        || other.isHeardOf() && other.givenName.equals(text);
  }

  /** Whether both have been heard to be somebody, and not the same. */
  boolean contradicts(Listing other) {
    return isHeardOf() && other.isHeardOf() && !givenName.equals(other.givenName);
  }

  /** Whether both lead to one address and port. */
  boolean hasAnAddressOf(Listing other) {
    return port().equals(other.port()) && !Collections.disjoint(addresses, other.addresses);
  }

  private String port() {
    return text.substring(text.lastIndexOf(':') + 1);
  }

  /** For people: both names, if they differ. */
  String shown() {
    return isHeardOf() && !givenName.equals(text) ? text + " (" + givenName + ")" : text;
  }
}
