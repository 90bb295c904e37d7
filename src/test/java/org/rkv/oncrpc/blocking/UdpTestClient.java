package org.rkv.oncrpc.blocking;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.acplt.oncrpc.OncRpcClient;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.OncRpcProtocols;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;

/** The client under a generated stub that sends each call once, in a datagram, and waits. */
public final class UdpTestClient extends OncRpcClient {
  private static final int MAX_DATAGRAM_BYTES = 65_507;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final DatagramSocket socket;

  /**
   * Sends nothing yet.
   *
   * @param local the address to call from, or null for any
   */
  public UdpTestClient(InetSocketAddress server, InetAddress local, int program, int version)
      throws OncRpcException, IOException {
    super(server.getAddress(), program, version, server.getPort(), OncRpcProtocols.ONCRPC_UDP);
    socket = new DatagramSocket(new InetSocketAddress(local, 0));
    socket.connect(server);
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  @Override
  public void call(int procedure, int versionNumber, XdrAble parameters, XdrAble result)
      throws OncRpcException {
    nextXid();
    try {
      XdrOutput call = new XdrOutput(256);
      RpcMessage.encodeCall(call, xid, program, versionNumber, procedure, parameters);
      socket.send(new DatagramPacket(Arrays.copyOf(call.buffer(), call.size()), call.size()));
      DatagramPacket reply = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
      socket.receive(reply);
      XdrInput in = new XdrInput().wrap(reply.getData(), 0, reply.getLength());
      String refusal = RpcMessage.decodeReplyHeader(in);
      if (refusal != null) {
        throw CallException.refused(refusal);
      }
      result.xdrDecode(in);
    } catch (IOException e) {
      throw CallException.receiving(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  @Override
  public void setCharacterEncoding(String characterEncoding) {}

  @Override
  public String getCharacterEncoding() {
    return "ISO-8859-1";
  }
}
