/**
 * What {@code kv_r.sh} does in Java: which replicas there are and where, the JVM flags, states,
 * waiting, the table. Blocking; no thread outlives a call. Nothing but the script uses it, through
 * {@link org.rkv.control.Control}.
 *
 * <p>The script has the processes: it alone finds, begins and ends them, since an operator must be
 * able to stop replicas where Java or the jar is broken.
 */
package org.rkv.control;
