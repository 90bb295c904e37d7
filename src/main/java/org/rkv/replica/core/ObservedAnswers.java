package org.rkv.replica.core;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.net.Timers;
import org.rkv.oncrpc.CallListener;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.ListPage;

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
    Request request = Codes.requestOf(procedure);
    if (request != null) {
      observer.answered(request, code(request, results), timers.nanoTime() - cameNanos);
    }
  }

  @Override
  public void refused(int procedure) {
    observer.refused(procedure);
  }

  private static int code(Request request, XdrAble results) {
    return switch (request) {
      case PUT, DEL -> ((XdrInt) results).intValue();
      case GET -> ((GetReply) results).code;
      case LIST -> ((ListPage) results).code;
    };
  }
}
