/**
 * What a replica keeps in a data directory: entries, the epochs that they have gone through, and
 * whether that is all. It ties the log of {@link org.rkv.disk} to the replica, which knows only
 * {@link org.rkv.replica.core.Durability}.
 */
package org.rkv.replica.data;
