package org.rkv.client;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.XdrEncodingStream;

/** The arguments of a call, which are only ever encoded. */
record Arguments(Encoder encoder) implements XdrAble {
  /** Writes the arguments. */
  interface Encoder {
    void encode(XdrEncodingStream out) throws OncRpcException, IOException;
  }

  @Override
  public void xdrEncode(XdrEncodingStream out) throws OncRpcException, IOException {
    encoder.encode(out);
  }

  @Override
  public void xdrDecode(XdrDecodingStream in) {
    throw new UnsupportedOperationException("a client does not read calls");
  }
}
