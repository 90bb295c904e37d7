package org.rkv.replica.observe;

/**
 * How often clients were told that something has failed, for one reason. Immutable.
 *
 * @param request the latest
 * @param why the latest was
 * @param count of all
 * @param lastNanos when the latest was, by the clock of the replica's timers
 */
public record Announced(Request request, Failure why, long count, long lastNanos) {}
