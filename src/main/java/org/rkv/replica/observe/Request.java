package org.rkv.replica.observe;

/** What a client can ask for that is answered from the store. */
public enum Request {
  /** PUT_1. */
  PUT,
  /** GET_1. */
  GET,
  /** DEL_1. */
  DEL,
  /** LIST_1. */
  LIST
}
