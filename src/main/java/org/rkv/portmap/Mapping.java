package org.rkv.portmap;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrDecodingStream;
import org.acplt.oncrpc.XdrEncodingStream;
import org.rkv.oncrpc.Shape;

/**
 * Where a version of a program is found: one line of {@code rpcinfo -p} (struct mapping, RFC 1833
 * section 3.1).
 *
 * @param protocol {@link Portmap#TCP} or {@link Portmap#UDP}
 * @param port 0 in a question
 */
public record Mapping(int program, int version, int protocol, int port) implements XdrAble {
  static final Shape SHAPE = Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.INT);

  static Mapping decode(XdrDecodingStream in) throws OncRpcException, IOException {
    return new Mapping(in.xdrDecodeInt(), in.xdrDecodeInt(), in.xdrDecodeInt(), in.xdrDecodeInt());
  }

  /**
   * The one that answers this question, as rpcbind does it: of another version rather than none.
   */
  Optional<Mapping> find(List<Mapping> mappings) {
    Optional<Mapping> other = Optional.empty();
    for (Mapping mapping : mappings) {
      if (mapping.program == program && mapping.protocol == protocol) {
        other = Optional.of(mapping);
        if (mapping.version == version) {
          return other;
        }
      }
    }
    return other;
  }

  /**
   * The same as rpcbind has it.
   *
   * @param place the address of the program; that of all addresses of a family for all of a host's
   * @param owner see {@link Registration}
   */
  public Registration at(InetAddress place, String owner) {
    return new Registration(
        program,
        version,
        NetId.of(protocol, place).text(),
        UniversalAddress.text(place, port),
        owner);
  }

  @Override
  public void xdrEncode(XdrEncodingStream out) throws OncRpcException, IOException {
    out.xdrEncodeInt(program);
    out.xdrEncodeInt(version);
    out.xdrEncodeInt(protocol);
    out.xdrEncodeInt(port);
  }

  /** Not supported: a mapping does not change; see {@link #decode}. */
  @Override
  public void xdrDecode(XdrDecodingStream in) {
    throw new UnsupportedOperationException();
  }
}
