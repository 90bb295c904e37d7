package org.rkv.replica.core;

import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.peer.Peer;

/**
 * Who must have a part in an operation, and what an answer to it must belong to so that it counts.
 * Operations know no more of it than that: whether the members are all of the replica file, or
 * those that the replicas have agreed on, makes no difference to a {@link Write} or a {@link Read}.
 *
 * <p>What two must share for an answer to count has a hash, which each call of an operation tells.
 */
interface Members {
  /** Of an operation whose answers count for nothing. */
  long NO_EPOCHS = 0;

  /** The members of this moment but us; the list does not change. */
  List<Peer> others();

  /** Whether every one of them can be asked now. */
  boolean areAllThere();

  /**
   * An operation begins, which asks all the others.
   *
   * @return the hash that its calls tell; {@link #NO_EPOCHS} if it cannot succeed
   */
  long begin();

  /**
   * All have answered an operation.
   *
   * @param hash that it began with
   * @return false if it must not succeed, since we have gone on otherwise meanwhile
   */
  boolean complete(long hash);

  /**
   * A peer's operation asks for our answer, which may count like an acknowledgement.
   *
   * @param hash that the call told
   * @return the code to answer instead, or zero
   */
  int whyNotAnswer(long hash, Peer caller);

  /**
   * A peer has answered a call of an operation.
   *
   * @return why it refuses to have a part in it, so that one must see to what it says first; null
   *     if it does not
   */
  Failure whyRefused(Peer by, XdrAble answer);
}
