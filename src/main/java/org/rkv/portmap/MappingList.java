package org.rkv.portmap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.XdrEncodingStream;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;

/** What DUMP answers: a linked list, each element with "one more follows" before it. */
final class MappingList implements XdrAble {
  /** A portmapper with more is not believed. */
  static final int MAX_MAPPINGS = 10_000;

  static final Shape SHAPE = MappingList::walk;

  private final List<Mapping> mappings = new ArrayList<>();

  List<Mapping> mappings() {
    return mappings;
  }

  private static boolean walk(XdrInput in) {
    for (int i = 0; i <= MAX_MAPPINGS; i++) {
      if (in.remaining() < 4) {
        return false;
      }
      try {
        if (in.xdrDecodeInt() == 0) {
          return true;
        }
        in.xdrDecodeOpaque(Mapping.XDR_BYTES);
      } catch (OncRpcException e) {
        return false;
      }
    }
    return false;
  }

  @Override
  public void xdrDecode(XdrDecodingStream in) throws OncRpcException, IOException {
    while (in.xdrDecodeInt() != 0) {
      mappings.add(Mapping.decode(in));
    }
  }

  @Override
  public void xdrEncode(XdrEncodingStream out) throws OncRpcException, IOException {
    for (Mapping mapping : mappings) {
      out.xdrEncodeInt(1);
      mapping.xdrEncode(out);
    }
    out.xdrEncodeInt(0);
  }
}
