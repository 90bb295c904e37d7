package org.rkv.client;

import java.util.ArrayList;
import java.util.List;

/**
 * The connection that calls are sent on, and those that were left while calls were under way there.
 * Belongs to the client's thread.
 */
final class Connections {
  private final List<Connection> left = new ArrayList<>();
  private Connection present;

  /** What calls are sent on, or null. */
  Connection present() {
    return present;
  }

  /** Has calls sent on this one from now on; the one before has been left. */
  void use(Connection next) {
    present = next;
  }

  /** Has no more calls sent on the present one; those under way there may still be answered. */
  void leave() {
    Connection old = present;
    present = null;
    if (old != null) {
      left.add(old);
      closeIfDone(old);
    }
  }

  /** Closes one that was left, if no call is under way there any more. */
  void closeIfDone(Connection by) {
    if (by.isIdle() && left.remove(by)) {
      by.close();
    }
  }

  /** Whether it is the present one, or was left. */
  boolean contains(Connection by) {
    return by == present || left.contains(by);
  }

  /** Forgets one that is lost. */
  void remove(Connection gone) {
    if (gone == present) {
      present = null;
    }
    left.remove(gone);
  }

  /** All, the present one first. */
  List<Connection> all() {
    List<Connection> all = new ArrayList<>();
    if (present != null) {
      all.add(present);
    }
    all.addAll(left);
    return all;
  }
}
