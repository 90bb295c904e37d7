package org.rkv.portmap;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.CallException;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.oncrpc.blocking.SocketErrors;

/**
 * Asks a portmapper (version 2, RFC 1833 section 3). Every question has a connection of its own and
 * one deadline for all of it: connecting, sending, receiving. Blocks the caller; all failures are
 * {@link PortmapException}s. Immutable, thread-safe.
 */
public final class PortmapClient {
  private final InetSocketAddress portmapper;
  private final int timeoutMillis;

  /**
   * Asks over TCP.
   *
   * @param portmapper usually at {@link Portmap#PORT}
   * @param timeoutMillis for each question as a whole
   */
  public PortmapClient(InetSocketAddress portmapper, int timeoutMillis) {
    this.portmapper = portmapper;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * GETPORT: where a program is found.
   *
   * @param askedProtocol {@link Portmap#TCP} or {@link Portmap#UDP}
   * @return the port as answered; 0 if no version of the program is registered
   * @throws PortmapException if there was no answer
   */
  public int getPort(int program, int version, int askedProtocol) throws PortmapException {
    XdrInt port = new XdrInt();
    ask(Portmap.GETPORT, new Mapping(program, version, askedProtocol, 0), port);
    return port.intValue();
  }

  /**
   * SET: registers a program.
   *
   * @return false if the portmapper does not take it: there is such a mapping, or we may not
   * @throws PortmapException if there was no answer
   */
  public boolean set(Mapping mapping) throws PortmapException {
    XdrBoolean done = new XdrBoolean();
    ask(Portmap.SET, mapping, done);
    return done.booleanValue();
  }

  /**
   * UNSET: removes a version of a program, for all protocols.
   *
   * @return false if nothing was removed
   * @throws PortmapException if there was no answer
   */
  public boolean unset(int program, int version) throws PortmapException {
    XdrBoolean done = new XdrBoolean();
    ask(Portmap.UNSET, new Mapping(program, version, 0, 0), done);
    return done.booleanValue();
  }

  private void ask(int procedure, XdrAble question, XdrAble answer) throws PortmapException {
    Deadline deadline = Deadline.afterMillis(timeoutMillis);
    BlockingRpcClient client = null;
    try {
      client = BlockingRpcClient.connect(portmapper, null, deadline, Portmap.SHAPES);
      client.setTimeout(deadline.millisLeft());
      client.call(procedure, Portmap.VERSION, question, answer);
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
