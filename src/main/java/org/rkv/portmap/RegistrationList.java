package org.rkv.portmap;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrDecodingStream;
import org.rkv.oncrpc.Shape;

/** What rpcbind's DUMP answers. */
final class RegistrationList extends XdrLinkedList<Registration> {
  static final Shape SHAPE = shape(Registration.SHAPE);

  @Override
  Registration decode(XdrDecodingStream in) throws OncRpcException, IOException {
    return Registration.decode(in);
  }
}
