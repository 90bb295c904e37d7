package org.rkv.oncrpc;

import org.acplt.oncrpc.XdrAble;

/** Hears of the calls that a server answers. Belongs to the thread of the server. */
public interface CallListener {
  /** Hears nothing, and asks no clock. */
  CallListener NONE =
      new CallListener() {
        @Override
        public long nanoTime() {
          return 0;
        }

        @Override
        public void answered(int procedure, XdrAble results, long cameNanos) {}

        @Override
        public void refused(int procedure) {}
      };

  /** When a call that is there now has come. */
  long nanoTime();

  /**
   * A call was answered with results, not with an error of RPC.
   *
   * @param procedure its number
   * @param cameNanos when it had come, by {@link #nanoTime}
   */
  void answered(int procedure, XdrAble results, long cameNanos);

  /**
   * A call was answered with AUTH_ERROR, since its caller may not make it.
   *
   * @param procedure its number
   */
  void refused(int procedure);
}
