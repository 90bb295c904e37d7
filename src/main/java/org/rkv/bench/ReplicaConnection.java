package org.rkv.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;

/** A connection to a replica. */
final class ReplicaConnection implements LoadConnection {
  private static final int CONNECT_MILLIS = 5000;
  private static final int MAX_RECORD_BYTES = 4 << 20;
  private static final int READ_BYTES = 64 * 1024;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final MessageReader reader = RecordMarking.INSTANCE.reader(MAX_RECORD_BYTES);
  private final byte[] bytes = new byte[READ_BYTES];
  private final XdrInput reply = new XdrInput();
  private final XdrOutput output = new XdrOutput(READ_BYTES);
  private final XdrOutput call = new XdrOutput(1024);

  /** By slot; the slot of a call is the remainder of its xid. */
  private final Kind[] kinds;

  private final int[] xids;
  private final int[] keys;
  private final long[] beganNanos;
  private final int[] freeSlots;
  private final XdrInt code = new XdrInt();
  private final GetReply got = new GetReply();
  private int underWay;
  private int sequence;
  private IOException failure;

  ReplicaConnection(InetSocketAddress replica, int pipeline) throws IOException {
    kinds = new Kind[pipeline];
    xids = new int[pipeline];
    keys = new int[pipeline];
    beganNanos = new long[pipeline];
    freeSlots = new int[pipeline];
    for (int i = 0; i < pipeline; i++) {
      freeSlots[i] = i;
    }
    try {
      socket.setTcpNoDelay(true);
      socket.connect(replica, CONNECT_MILLIS);
      in = socket.getInputStream();
    } catch (IOException e) {
      socket.close();
      throw new IOException("no connection to " + replica + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int underWay() {
    return underWay;
  }

  @Override
  public void timeout(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  @Override
  public void begin(Kind kind, int key, String name, String value, long fromNanos) {
    int slot = freeSlots[kinds.length - 1 - underWay];
    underWay++;
    sequence = sequence + 1 & 0x3fff;
    int xid = sequence * kinds.length + slot;
    kinds[slot] = kind;
    xids[slot] = xid;
    keys[slot] = key;
    beganNanos[slot] = fromNanos;
    call.reset();
    try {
      RpcMessage.encodeCall(
          call, xid, kv.KVPROGRAM, kv.KVVERSION, kind.procedure(), arguments(kind, name, value));
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a call could not be encoded", e);
    }
    output.xdrEncodeInt(RecordMarking.LAST_FRAGMENT | call.size());
    output.xdrEncodeOpaque(call.buffer(), 0, call.size());
  }

  private static XdrAble arguments(Kind kind, String name, String value) {
    return switch (kind) {
      case PUT -> {
        KeyValue pair = new KeyValue();
        pair.key = new Key(name);
        pair.value = new Value(value);
        yield pair;
      }
      case GET, DEL -> new XdrString(name);
      case NULL -> XdrVoid.XDR_VOID;
    };
  }

  @Override
  public void exchange(Listener listener) throws IOException {
    if (output.size() > 0) {
      socket.getOutputStream().write(output.buffer(), 0, output.size());
      output.reset();
    }
    int count = in.read(bytes);
    if (count < 0) {
      throw new IOException("the replica closed the connection");
    }
    String fault =
        reader.feed(
            bytes, 0, count, (buffer, offset, length) -> take(buffer, offset, length, listener));
    if (fault != null) {
      throw new IOException(fault);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private boolean take(byte[] buffer, int offset, int length, Listener listener) {
    reply.wrap(buffer, offset, length);
    try {
      int xid = new XdrInput().wrap(buffer, offset, length).xdrDecodeInt();
      int slot = Math.floorMod(xid, kinds.length);
      if (kinds[slot] == null || xids[slot] != xid) {
        throw new IOException("an answer to no call of ours");
      }
      String refused = RpcMessage.decodeReplyHeader(reply);
      if (refused != null) {
        throw new IOException("refused: " + refused);
      }
      Kind kind = kinds[slot];
      kinds[slot] = null;
      underWay--;
      freeSlots[kinds.length - 1 - underWay] = slot;
      decode(kind, slot, listener);
      return true;
    } catch (OncRpcException e) {
      failure = new IOException(e.getMessage(), e);
    } catch (IOException e) {
      failure = e;
    }
    return false;
  }

  private void decode(Kind kind, int slot, Listener listener) throws OncRpcException, IOException {
    Program.Procedure procedure = KvProgram.PROGRAM.procedure(kind.procedure());
    if (!procedure.results().fits(reply)) {
      throw new IOException("results that are none");
    }
    switch (kind) {
      case GET -> {
        got.xdrDecode(reply);
        String value = got.code == kv.GET_OK ? got.value.value : null;
        listener.answered(kind, keys[slot], got.code, value, beganNanos[slot]);
      }
      case PUT, DEL -> {
        code.xdrDecode(reply);
        listener.answered(kind, keys[slot], code.intValue(), null, beganNanos[slot]);
      }
      case NULL -> listener.answered(kind, keys[slot], 0, null, beganNanos[slot]);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
