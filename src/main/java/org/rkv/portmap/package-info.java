/**
 * The portmapper, version 2 (RFC 1833 section 3): the program on port 111 that knows the port of
 * every other RPC program on its host. The client blocks, and is safe for all threads; the server
 * belongs to the thread of its event loop.
 */
package org.rkv.portmap;
