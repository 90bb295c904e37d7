/**
 * Who the other replicas are: the list, the way to each, and who may call as one of them. It sees
 * no socket, thread or clock; names are resolved and connections made by what it is given. It knows
 * nothing of operations: who has asked a peer something hears of its loss from {@link
 * org.rkv.replica.peer.Peers}. All of it belongs to the replica's thread.
 */
package org.rkv.replica.peer;
