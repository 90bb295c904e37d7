package org.rkv.oncrpc;

/**
 * Where clients that call over the same links have the xids of their calls from, so that no two
 * calls under way on a link have the same one. Belongs to the thread of the links.
 */
public final class Xids {
  private int last;

  int next() {
    return ++last;
  }
}
