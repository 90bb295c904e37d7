/**
 * What {@code kv_r.sh} does in Java: which replicas there are and where, the JVM flags, launching,
 * waiting, ending, states, the table, and the same on other machines, by ssh. Blocking, in one
 * thread; no other thread outlives a call. Nothing but the script uses it, through {@link
 * org.rkv.control.Control}.
 *
 * <p>A command that ends or shows replicas has a short form in the script, since an operator must
 * be able to stop replicas where Java or the jar is broken.
 */
package org.rkv.control;
