/**
 * ONC RPC (RFC 5531) under Remote Tea's types: XDR streams over byte arrays, records, messages, a
 * server whose calls may be answered later, and links that call others and never wait. It uses
 * {@link org.rkv.net} and Remote Tea, and knows no program: that is given as a {@link
 * org.rkv.oncrpc.Program}.
 *
 * <p>All of it belongs to the thread of the event loop under it, except what is immutable.
 *
 * <p>Remote Tea's own transports are not used: they block, allocate what a sender declares, and
 * never answer a bad call. The generated stubs sit on this package instead.
 */
package org.rkv.oncrpc;
