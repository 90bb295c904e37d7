package org.rkv.portmap;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrDecodingStream;
import org.rkv.oncrpc.Shape;

/** What DUMP answers. */
final class MappingList extends XdrLinkedList<Mapping> {
  static final Shape SHAPE = shape(Mapping.SHAPE);

  @Override
  Mapping decode(XdrDecodingStream in) throws OncRpcException, IOException {
    return Mapping.decode(in);
  }
}
