package org.rkv.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * A procedure of kv.x as a client calls it: what it returns, and whether it may be called twice.
 * Immutable, thread-safe.
 */
final class KvProcedure<R> {
  private interface Decoder<R> {
    R decode(XdrInput in, String replica) throws OncRpcException, IOException;
  }

  static final KvProcedure<PutResult> PUT =
      new KvProcedure<>(kv.PUT_1, true, (in, replica) -> PutResult.of(in.xdrDecodeInt(), replica));
  static final KvProcedure<GetResult> GET =
      new KvProcedure<>(
          kv.GET_1,
          false,
          (in, replica) -> GetResult.of(in.xdrDecodeInt(), in.xdrDecodeDynamicOpaque(), replica));
  static final KvProcedure<DelResult> DEL =
      new KvProcedure<>(kv.DEL_1, true, (in, replica) -> DelResult.of(in.xdrDecodeInt(), replica));
  static final KvProcedure<List<KnownReplica>> REPLICAS =
      new KvProcedure<>(kv.REPLICAS_1, false, (in, replica) -> decodeReplicas(in));

  static final KvProcedure<EntryPage> LIST = new KvProcedure<>(kv.LIST_1, false, EntryPage::decode);

  /** Whether the replica serves clients. */
  static final KvProcedure<Boolean> STATUS =
      new KvProcedure<>(kv.STATUS_1, false, (in, replica) -> decodeServes(in));

  private final int number;
  private final boolean isWrite;
  private final Decoder<R> decoder;

  private KvProcedure(int number, boolean isWrite, Decoder<R> decoder) {
    this.number = number;
    this.isWrite = isWrite;
    this.decoder = decoder;
  }

  int number() {
    return number;
  }

  /** Whether it changes the store, so that it must not be sent twice. */
  boolean isWrite() {
    return isWrite;
  }

  /** What its results look like. */
  Shape results() {
    return KvProgram.PROGRAM.procedure(number).results();
  }

  /**
   * Decodes the results of a reply, a whole value of their shape.
   *
   * @param replica that sent it, as it was named
   * @throws RkvException if they say that the call failed or was refused
   * @throws OncRpcException if they are not what the procedure returns
   */
  R decode(XdrInput in, String replica) throws OncRpcException, IOException {
    return decoder.decode(in, replica);
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

  private static boolean decodeServes(XdrInput in) throws OncRpcException, IOException {
    Status status = new Status();
    status.xdrDecode(in);
    return status.state == kv.REPLICA_SERVING;
  }
}
