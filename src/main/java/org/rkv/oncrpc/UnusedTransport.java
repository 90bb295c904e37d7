package org.rkv.oncrpc;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.XdrEncodingStream;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.acplt.oncrpc.server.OncRpcServerReplyMessage;
import org.acplt.oncrpc.server.OncRpcServerTransport;
import org.acplt.oncrpc.server.OncRpcServerTransportRegistrationInfo;

/**
 * Remote Tea's call object cannot be made without a transport, and takes nothing from it that
 * {@link ServerCall} does not do itself. This one stands in for all calls.
 */
final class UnusedTransport extends OncRpcServerTransport {
  static final UnusedTransport INSTANCE = new UnusedTransport();

  private UnusedTransport() {
    super(null, 0, new OncRpcServerTransportRegistrationInfo[0]);
  }

  @Override
  public void register() {
    throw unused();
  }

  @Override
  public void unregister() {
    throw unused();
  }

  @Override
  public void close() {
    throw unused();
  }

  @Override
  public void listen() {
    throw unused();
  }

  @Override
  public void setCharacterEncoding(String characterEncoding) {
    throw unused();
  }

  @Override
  public String getCharacterEncoding() {
    throw unused();
  }

  @Override
  protected void retrieveCall(XdrAble call) {
    throw unused();
  }

  @Override
  protected XdrDecodingStream getXdrDecodingStream() {
    throw unused();
  }

  @Override
  protected void endDecoding() {
    throw unused();
  }

  @Override
  protected XdrEncodingStream getXdrEncodingStream() {
    throw unused();
  }

  @Override
  protected void beginEncoding(OncRpcCallInformation call, OncRpcServerReplyMessage state) {
    throw unused();
  }

  @Override
  protected void endEncoding() {
    throw unused();
  }

  @Override
  protected void reply(OncRpcCallInformation call, OncRpcServerReplyMessage state, XdrAble reply) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("not a real transport");
  }
}
