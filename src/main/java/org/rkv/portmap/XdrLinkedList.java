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

/** A linked list of XDR (RFC 4506 section 4.19): each element has "one more follows" before it. */
abstract class XdrLinkedList<T extends XdrAble> implements XdrAble {
  /** A portmapper with more is not believed. */
  static final int MAX_ELEMENTS = 10_000;

  private final List<T> elements = new ArrayList<>();

  /** What is in it; may be changed. */
  final List<T> elements() {
    return elements;
  }

  /** Reads one element. */
  abstract T decode(XdrDecodingStream in) throws OncRpcException, IOException;

  /** A list of these. */
  static Shape shape(Shape element) {
    return in -> walk(in, element);
  }

  private static boolean walk(XdrInput in, Shape element) {
    for (int i = 0; i <= MAX_ELEMENTS; i++) {
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
      if (!element.walk(in)) {
        return false;
      }
    }
    return false;
  }

  @Override
  public final void xdrDecode(XdrDecodingStream in) throws OncRpcException, IOException {
    while (in.xdrDecodeInt() != 0) {
      elements.add(decode(in));
    }
  }

  @Override
  public final void xdrEncode(XdrEncodingStream out) throws OncRpcException, IOException {
    for (T element : elements) {
      out.xdrEncodeInt(1);
      element.xdrEncode(out);
    }
    out.xdrEncodeInt(0);
  }
}
