/**
 * Who the other replicas are: the list, the way to each, and who may call as one of them. {@link
 * org.rkv.replica.peer.Membership} makes a {@link org.rkv.replica.peer.Peer} of each entry. We
 * greet it by {@link org.rkv.replica.peer.Handshake} and {@link org.rkv.replica.peer.Greeting}, it
 * greets us at {@link org.rkv.replica.peer.PeerAuthenticator}, and what it says in either comes to
 * {@link org.rkv.replica.peer.Hearing}.
 *
 * <p>It sees no socket, thread or clock; names are resolved and connections made by what it is
 * given. It knows nothing of operations: who has asked a peer something hears of its loss from
 * {@link org.rkv.replica.peer.Peers}. All of it belongs to the replica's thread.
 */
package org.rkv.replica.peer;
