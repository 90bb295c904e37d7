/**
 * What a replica tells of itself while it works, to whoever listens: the {@link
 * org.rkv.replica.observe.Observer} hears once of each thing that happens, and what happens knows
 * nothing of who hears it. So nothing of metrics is in the code of the protocol.
 */
package org.rkv.replica.observe;
