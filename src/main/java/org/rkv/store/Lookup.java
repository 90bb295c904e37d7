package org.rkv.store;

/**
 * What a client's GET found.
 *
 * @param entry what the store holds for the key, a tombstone included; null if it holds nothing, or
 *     refused to look
 */
public record Lookup(Outcome outcome, Entry entry) {}
