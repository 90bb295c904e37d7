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

/** What rpcbind's DUMP answers: a linked list, each element with "one more follows" before it. */
final class RegistrationList implements XdrAble {
  static final Shape SHAPE = RegistrationList::walk;

  private final List<Registration> registrations = new ArrayList<>();

  List<Registration> registrations() {
    return registrations;
  }

  private static boolean walk(XdrInput in) {
    for (int i = 0; i <= MappingList.MAX_MAPPINGS; i++) {
      if (in.remaining() < 4) {
        return false;
      }
      try {
        if (in.xdrDecodeInt() == 0) {
          return true;
        }
      } catch (OncRpcException e) {
        return false;
      }
      if (!Registration.SHAPE.walk(in)) {
        return false;
      }
    }
    return false;
  }

  @Override
  public void xdrDecode(XdrDecodingStream in) throws OncRpcException, IOException {
    while (in.xdrDecodeInt() != 0) {
      registrations.add(Registration.decode(in));
    }
  }

  @Override
  public void xdrEncode(XdrEncodingStream out) throws OncRpcException, IOException {
    for (Registration registration : registrations) {
      out.xdrEncodeInt(1);
      registration.xdrEncode(out);
    }
    out.xdrEncodeInt(0);
  }
}
