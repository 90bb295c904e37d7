package org.rkv.replica.core;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.net.Timers;
import org.rkv.oncrpc.CallListener;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.kv;

/** Tells an observer of what clients are answered, among all that a server answers. */
public final class ObservedAnswers implements CallListener {
  private final Observer observer;
  private final Timers timers;

  /** Of the server that these are the timers of. */
  public ObservedAnswers(Observer observer, Timers timers) {
    this.observer = observer;
    this.timers = timers;
  }

  @Override
  public long nanoTime() {
    return timers.coarseNanoTime();
  }

  @Override
  public void answered(int procedure, XdrAble results, long cameNanos) {
    switch (procedure) {
      case kv.PUT_1 -> tell(Request.PUT, ((XdrInt) results).intValue(), cameNanos);
      case kv.GET_1 -> tell(Request.GET, ((GetReply) results).code, cameNanos);
      case kv.DEL_1 -> tell(Request.DEL, ((XdrInt) results).intValue(), cameNanos);
      case kv.LIST_1 -> tell(Request.LIST, ((ListPage) results).code, cameNanos);
      default -> {
        // Not what a client asks for.
      }
    }
  }

  private void tell(Request request, int code, long cameNanos) {
    observer.answered(request, code, timers.nanoTime() - cameNanos);
  }
}
