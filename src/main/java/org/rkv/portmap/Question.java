package org.rkv.portmap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.CallException;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.oncrpc.blocking.SocketErrors;

/**
 * How a portmapper is asked: every question has a connection of its own and one deadline for all of
 * it: connecting, sending, receiving. Immutable, thread-safe.
 */
final class Question {
  /** How a connection is made. */
  private interface Connector {
    BlockingRpcClient connect(Deadline deadline) throws IOException;
  }

  private final Connector connector;
  private final int timeoutMillis;
  private final Program program;

  private Question(Connector connector, int timeoutMillis, Program program) {
    this.connector = connector;
    this.timeoutMillis = timeoutMillis;
    this.program = program;
  }

  static Question overTcp(InetSocketAddress portmapper, int timeoutMillis, Program program) {
    return new Question(
        deadline -> BlockingRpcClient.connect(portmapper, null, deadline, program),
        timeoutMillis,
        program);
  }

  static Question locally(Path socket, int timeoutMillis, Program program) {
    return new Question(
        deadline -> BlockingRpcClient.connectLocally(socket, program), timeoutMillis, program);
  }

  /**
   * Asks and waits.
   *
   * @throws PortmapException if there was no answer
   */
  void ask(int procedure, XdrAble arguments, XdrAble answer) throws PortmapException {
    Deadline deadline = Deadline.afterMillis(timeoutMillis);
    BlockingRpcClient client = null;
    try {
      client = connector.connect(deadline);
      client.setTimeout(deadline.millisLeft());
      client.call(procedure, program.highVersion(), arguments, answer);
    } catch (IOException e) {
      throw notReached(e);
    } catch (CallException e) {
      throw notAnswered(e);
    } finally {
      if (client != null) {
        client.close();
      }
    }
  }

  private static PortmapException notReached(IOException e) {
    String text = SocketErrors.text(e);
    return new PortmapException(reasonOf(text), "Remote system error - " + text, e);
  }

  private static PortmapException notAnswered(CallException e) {
    Exception cause = e.getCause() instanceof IOException io ? io : e;
    switch (e.getReason()) {
      case OncRpcException.RPC_TIMEDOUT:
        return new PortmapException(PortmapException.Reason.TIMED_OUT, e.getMessage(), cause);
      case OncRpcException.RPC_CANTSEND:
      case OncRpcException.RPC_CANTRECV:
        String text = cause instanceof IOException io ? SocketErrors.text(io) : "";
        PortmapException.Reason reason = reasonOf(text);
        return reason == PortmapException.Reason.BROKEN
            ? new PortmapException(reason, "Unable to receive", cause)
            : new PortmapException(reason, "Remote system error - " + text, cause);
      case OncRpcException.RPC_FAILED:
        return new PortmapException(
            PortmapException.Reason.REJECTED, "Port mapper failure - " + briefly(e), cause);
      default:
        return new PortmapException(PortmapException.Reason.BROKEN, e.getMessage(), cause);
    }
  }

  /** A C program prints the kind of a refusal here, without what follows it. */
  private static String briefly(CallException e) {
    String message = e.getMessage();
    int details = message.indexOf(';');
    return details < 0 ? message : message.substring(0, details);
  }

  private static PortmapException.Reason reasonOf(String socketError) {
    switch (socketError) {
      case SocketErrors.REFUSED:
        return PortmapException.Reason.REFUSED;
      case SocketErrors.TIMED_OUT:
        return PortmapException.Reason.TIMED_OUT;
      case SocketErrors.NO_ROUTE:
      case SocketErrors.NETWORK_UNREACHABLE:
        return PortmapException.Reason.UNREACHABLE;
      default:
        return PortmapException.Reason.BROKEN;
    }
  }
}
