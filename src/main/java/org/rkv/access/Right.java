package org.rkv.access;

import java.util.Optional;

/** What a client may do; each may what those before it may. */
public enum Right {
  /** Nothing: every call of clients is refused. */
  NONE,
  /** Call what changes nothing. */
  READ,
  /** Call everything that is for clients. */
  WRITE;

  /** As exports(5) writes it; empty if it is none. */
  static Optional<Right> parse(String word) {
    return switch (word) {
      case "ro" -> Optional.of(READ);
      case "rw" -> Optional.of(WRITE);
      default -> Optional.empty();
    };
  }

  /** Whether who has this one may do what needs that one. */
  boolean includes(Right needed) {
    return compareTo(needed) >= 0;
  }

  /** The one that allows less. */
  static Right lesser(Right one, Right other) {
    return one.includes(other) ? other : one;
  }
}
