package org.rkv.store;

/** What came of a client's operation on the store. */
public enum Outcome {
  /** Done: stored under a fresh key, found, or deleted. */
  OK,
  /** Stored in place of another value. */
  REPLACED,
  /** Refused: the key is too large. */
  KEY_TOO_LARGE,
  /** Refused: the value is too large. */
  VALUE_TOO_LARGE,
  /** Refused: no room for a fresh key, or for a longer value. */
  FULL,
  /** No such key. */
  NOT_FOUND,
  /** No such key, nor any other. */
  EMPTY
}
