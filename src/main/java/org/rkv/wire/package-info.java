/**
 * ONC RPC (RFC 5531) over TCP under Remote Tea's types: an event loop, connections, records, XDR
 * streams over byte arrays, calls that may be answered later, and links to peers that never block.
 *
 * <p>Remote Tea's own transports are not used: they block, allocate what a sender declares, and
 * never answer a bad call. The generated stubs sit on this package instead.
 */
package org.rkv.wire;
