/**
 * The portmapper (RFC 1833): the program on port 111 that knows where every other RPC program on
 * its host is. Version 2 knows ports; versions 3 and 4, which are those of rpcbind, know addresses,
 * and IPv6. The clients block, and are safe for all threads; the server belongs to the thread of
 * its event loop.
 */
package org.rkv.portmap;
