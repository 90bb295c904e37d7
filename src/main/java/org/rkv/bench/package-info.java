/**
 * {@code rkv bench}: clients that do as much as they can, or as much as they are told, and what
 * came of it. Each client has one blocking connection and one thread, as an ordinary client has.
 */
package org.rkv.bench;
