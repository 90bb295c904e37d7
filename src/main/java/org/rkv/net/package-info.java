/**
 * Sockets without threads that wait: one event loop, the TCP and UDP channels on it, what they
 * queue, and what makes senders wait. Knows nothing of RPC. All of it belongs to the thread of its
 * {@link org.rkv.net.EventLoop}, unless a method says otherwise.
 */
package org.rkv.net;
