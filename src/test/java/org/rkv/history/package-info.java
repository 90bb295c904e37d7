/**
 * What clients asked and were told, and whether it can be explained: a checker of linearizability
 * (Herlihy and Wing 1990) for registers, one a key. Knows nothing of replicas, so simulated and
 * real ones are judged alike.
 */
package org.rkv.history;
