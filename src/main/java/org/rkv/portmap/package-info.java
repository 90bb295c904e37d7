/**
 * The portmapper, version 2 (RFC 1833 section 3): the program on port 111 that knows the port of
 * every other RPC program on its host.
 */
package org.rkv.portmap;
