/**
 * The deterministic core of a replica: the procedures of kv.x, the operations that span all
 * replicas, and what settles and catches up in the background.
 */
package org.rkv.replica.core;
