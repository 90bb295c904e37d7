package org.rkv.oncrpc;

import org.acplt.oncrpc.XdrAble;

/**
 * Takes what a group of servers answers to one call. For each server called, exactly one of the two
 * methods is called, once.
 */
public interface ReplyCollector {
  /**
   * A server answered.
   *
   * @param index of the server in the group that was called
   * @param result the decoded results: one object for the whole group, filled anew for each answer,
   *     so take what is needed now
   */
  void answered(int index, XdrAble result);

  /**
   * A server did not answer: it could not be reached, its connection ended, the deadline passed, or
   * it refused the call. Unless the reason is a refusal, nobody knows whether it executed the call.
   */
  void failed(int index, String reason);
}
