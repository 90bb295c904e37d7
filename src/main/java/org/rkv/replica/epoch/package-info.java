/**
 * What a replica's content has gone through: epochs are to it what commits are to a branch. Each
 * change of who is in it, if anything was answered since, is an epoch that all who are in it take
 * together. Who is behind catches up; who is apart is never merged silently. Nothing here knows
 * RPC, time or a thread.
 */
package org.rkv.replica.epoch;
