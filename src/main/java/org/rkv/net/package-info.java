/**
 * Sockets without threads that wait: one event loop, the TCP and UDP channels on it, what they
 * queue, and what makes senders wait. It carries whole messages, whatever {@link
 * org.rkv.net.Framing} tells them apart, and knows nothing of RPC: it uses the JDK and a logger.
 *
 * <p>All of it belongs to the thread of its {@link org.rkv.net.EventLoop}, unless a method says
 * otherwise. What would block goes to that loop's helper threads.
 */
package org.rkv.net;
