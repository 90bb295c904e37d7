package org.rkv.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;

/**
 * A procedure of kv.x as a client calls it: what it returns, and whether it may be called twice.
 * Immutable, thread-safe.
 */
final class Procedure<R> {
  private interface Decoder<R> {
    R decode(XdrInput in) throws OncRpcException, IOException;
  }

  static final Procedure<PutResult> PUT =
      new Procedure<>(1, true, Shape.INT, in -> PutResult.of(in.xdrDecodeInt()));
  static final Procedure<GetResult> GET =
      new Procedure<>(
          2,
          false,
          Shape.struct(Shape.INT, Shape.STRING),
          in -> GetResult.of(in.xdrDecodeInt(), in.xdrDecodeDynamicOpaque()));
  static final Procedure<DelResult> DEL =
      new Procedure<>(3, true, Shape.INT, in -> DelResult.of(in.xdrDecodeInt()));
  static final Procedure<List<KnownReplica>> REPLICAS =
      new Procedure<>(
          7,
          false,
          Shape.list(8, Shape.struct(Shape.STRING, Shape.INT)),
          Procedure::decodeReplicas);

  private final int number;
  private final boolean isWrite;
  private final Shape shape;
  private final Decoder<R> decoder;

  private Procedure(int number, boolean isWrite, Shape shape, Decoder<R> decoder) {
    this.number = number;
    this.isWrite = isWrite;
    this.shape = shape;
    this.decoder = decoder;
  }

  int number() {
    return number;
  }

  /** Whether it changes the store, so that it must not be sent twice. */
  boolean isWrite() {
    return isWrite;
  }

  /**
   * Decodes the results of a reply.
   *
   * @throws RkvException if they say that the call failed
   * @throws OncRpcException if they are not what the procedure returns
   */
  R decode(XdrInput in) throws OncRpcException, IOException {
    if (!shape.fits(in)) {
      throw new OncRpcException(OncRpcException.RPC_CANTDECODERES);
    }
    return decoder.decode(in);
  }

  private static List<KnownReplica> decodeReplicas(XdrInput in)
      throws OncRpcException, IOException {
    int count = in.xdrDecodeInt();
    List<KnownReplica> replicas = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = new String(in.xdrDecodeDynamicOpaque(), StandardCharsets.ISO_8859_1);
      replicas.add(new KnownReplica(name, in.xdrDecodeInt() != 0));
    }
    return List.copyOf(replicas);
  }
}
