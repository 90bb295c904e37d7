package org.rkv.control;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.XdrEncodingStream;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.Shape;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * The front of what STATUS answers, which is the same in all releases; what comes after it differs.
 *
 * @param status only the fields of the front are set
 */
record StatusFront(Status status) implements XdrAble {
  /** KVPROGRAM, of which only STATUS can be called, and any release understood. */
  static final Program PROGRAM = program();

  /** One that is to be decoded. */
  StatusFront() {
    this(new Status());
  }

  private static Program program() {
    Procedure[] procedures = new Procedure[kv.STATUS_1 + 1];
    procedures[kv.STATUS_1] =
        new Procedure(
            Shape.VOID,
            Shape.struct(
                Shape.struct(Shape.STRING, Shape.STRING, Shape.HYPER, Shape.INT, Shape.HYPER),
                Shape.struct(Shape.INT, Shape.STRING, Shape.INT, Shape.INT, Shape.INT)));
    return new Program(kv.KVPROGRAM, kv.KVVERSION, kv.KVVERSION, procedures);
  }

  @Override
  public void xdrDecode(XdrDecodingStream in) throws OncRpcException, IOException {
    status.name = in.xdrDecodeString();
    status.release = in.xdrDecodeString();
    status.origin = in.xdrDecodeLong();
    status.port = in.xdrDecodeInt();
    status.uptime_millis = in.xdrDecodeLong();
    status.state = in.xdrDecodeInt();
    status.waiting_for = in.xdrDecodeString();
    status.entries = in.xdrDecodeInt();
    status.tombstones = in.xdrDecodeInt();
    status.unsettled = in.xdrDecodeInt();
  }

  @Override
  public void xdrEncode(XdrEncodingStream out) {
    throw new UnsupportedOperationException("it is only read");
  }
}
