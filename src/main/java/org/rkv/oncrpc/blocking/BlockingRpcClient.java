package org.rkv.oncrpc.blocking;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.acplt.oncrpc.OncRpcClient;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.OncRpcProtocols;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;

/**
 * The client under a generated stub that waits for each answer, in place of Remote Tea's own. One
 * deadline, {@link #getTimeout()} milliseconds, covers all writes and reads of a call. An answer is
 * decoded only after its {@link Shape} has been walked, so a declared length is never believed.
 *
 * <p>As in libtirpc, an answer with another xid and a message that is no answer are passed over: a
 * late answer to a call that timed out is not taken for the answer to the next. Failures are {@link
 * CallException}s. Once the connection has failed, every further call fails.
 *
 * <p>Thread-safe; calls wait for each other.
 */
public final class BlockingRpcClient extends OncRpcClient {
  /** How long the C client of this system waits for an answer. */
  public static final int DEFAULT_TIMEOUT_MILLIS = 25_000;

  /** The longest answer taken over TCP. */
  public static final int MAX_RECORD_BYTES = 4 << 20;

  private static final int CALL_BYTES = 512;
  private static final int XID_BYTES = 4;

  private final Transport transport;
  private final Program served;
  private final XdrOutput message = new XdrOutput(CALL_BYTES);

  private BlockingRpcClient(Transport transport, InetAddress host, int port, Program program)
      throws OncRpcException, IOException {
    // Port 0 would make the superclass ask a portmapper, in its own way.
    super(
        host,
        program.number(),
        program.highVersion(),
        Math.max(1, port),
        OncRpcProtocols.ONCRPC_TCP);
    this.transport = transport;
    served = program;
    xid = ThreadLocalRandom.current().nextInt();
    setTimeout(DEFAULT_TIMEOUT_MILLIS);
  }

  /**
   * Connects over TCP, to call the program's highest version.
   *
   * @param local the address to call from, or null for any
   * @param deadline when to give up connecting
   * @throws SocketTimeoutException if nobody answered by the deadline
   * @throws IOException if the connection was refused or there is no way to the server
   */
  public static BlockingRpcClient connect(
      InetSocketAddress server, InetAddress local, Deadline deadline, Program program)
      throws IOException {
    return over(
        new TcpTransport(server, local, MAX_RECORD_BYTES, deadline),
        server.getAddress(),
        server.getPort(),
        program);
  }

  /**
   * Connects to a Unix socket of this machine, to call the program's highest version.
   *
   * @throws IOException if there is no such socket, or nobody listens, or too many are waiting
   */
  public static BlockingRpcClient connectLocally(Path socket, Program program) throws IOException {
    // The superclass wants an address, and calls nobody there.
    return over(
        new LocalTransport(socket, MAX_RECORD_BYTES), InetAddress.getLoopbackAddress(), 0, program);
  }

  private static BlockingRpcClient over(
      Transport transport, InetAddress host, int port, Program program) throws IOException {
    try {
      return new BlockingRpcClient(transport, host, port, program);
    } catch (OncRpcException e) {
      transport.close();
      throw new IOException(e);
    }
  }

  /**
   * Calls and waits.
   *
   * @throws CallException if there is no result
   */
  @Override
  public synchronized void call(
      int procedure, int versionNumber, XdrAble parameters, XdrAble result) throws CallException {
    Deadline deadline = Deadline.afterMillis(getTimeout());
    nextXid();
    encode(procedure, versionNumber, parameters);
    send(deadline);
    AwaitedReply reply = new AwaitedReply(xid, served.procedure(procedure).results(), result);
    while (!reply.isComplete()) {
      receive(deadline, reply);
    }
    if (reply.failure != null) {
      throw reply.failure;
    }
  }

  private void encode(int procedure, int versionNumber, XdrAble parameters) throws CallException {
    message.reset();
    message.xdrEncodeInt(0); // room for the record mark
    try {
      RpcMessage.encodeCall(message, xid, program, versionNumber, procedure, parameters);
    } catch (OncRpcException | IOException e) {
      throw CallException.encoding(e);
    }
  }

  private void send(Deadline deadline) throws CallException {
    try {
      transport.send(message, deadline);
    } catch (SocketTimeoutException e) {
      transport.close(); // Half a call may be on its way; nothing can follow it.
      throw CallException.timedOut(e);
    } catch (IOException e) {
      transport.close();
      throw CallException.sending(e);
    }
  }

  private void receive(Deadline deadline, AwaitedReply reply) throws CallException {
    try {
      transport.receive(deadline, reply);
    } catch (SocketTimeoutException e) {
      throw CallException.timedOut(e);
    } catch (IOException e) {
      transport.close();
      throw CallException.receiving(e);
    }
  }

  /** Ends the connection. */
  @Override
  public synchronized void close() {
    transport.close();
  }

  /** Does nothing: strings are bytes, ISO-8859-1 in Java. */
  @Override
  public void setCharacterEncoding(String characterEncoding) {}

  @Override
  public String getCharacterEncoding() {
    return "ISO-8859-1";
  }

  /** Waits among the messages that come for the answer to one call. */
  private static final class AwaitedReply implements MessageReader.Sink {
    private final int xid;
    private final Shape shape;
    private final XdrAble result;
    private boolean decoded;
    private CallException failure;

    AwaitedReply(int xid, Shape shape, XdrAble result) {
      this.xid = xid;
      this.shape = shape;
      this.result = result;
    }

    boolean isComplete() {
      return decoded || failure != null;
    }

    @Override
    public boolean message(byte[] buffer, int offset, int length) {
      XdrInput in = new XdrInput().wrap(buffer, offset, length);
      if (!isComplete()
          && length >= XID_BYTES
          && ByteBuffer.wrap(buffer, offset, length).getInt() == xid) {
        String refused = RpcMessage.decodeReplyHeader(in);
        if (refused == null) {
          decode(in);
        } else if (!refused.equals(RpcMessage.NOT_A_REPLY)) {
          failure = CallException.refused(refused);
        }
      }
      return true;
    }

    private void decode(XdrInput in) {
      if (!shape.fits(in)) {
        failure = CallException.decoding(null);
        return;
      }
      try {
        result.xdrDecode(in);
        decoded = true;
      } catch (OncRpcException | IOException e) {
        failure = CallException.decoding(e);
      }
    }
  }
}
