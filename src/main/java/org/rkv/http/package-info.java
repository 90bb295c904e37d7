/**
 * A small server of HTTP/1.1 for pages that are made beforehand: GET and HEAD, one request a
 * connection, no body is taken. It runs on an event loop of its own, over {@link org.rkv.net},
 * whose limits keep it from slow and from many readers: no thread ever waits for one of them.
 */
package org.rkv.http;
