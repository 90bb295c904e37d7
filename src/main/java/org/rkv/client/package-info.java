/**
 * Finding a replica and calling it, for programs that use the store: {@link
 * org.rkv.client.RkvClient}. What is public here is safe for all threads unless it says otherwise;
 * the rest belongs to the client's own thread.
 */
package org.rkv.client;
