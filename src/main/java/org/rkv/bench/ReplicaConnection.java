package org.rkv.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.client.Endpoint;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpNetwork;
import org.rkv.oncrpc.OutstandingCalls;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;

/** A connection to a replica. Belongs to the thread of its event loop. */
final class ReplicaConnection
    implements LoadConnection,
        ChannelListener,
        OutstandingCalls.ReplyHandler<ReplicaConnection.Begun> {
  private static final int CONNECT_MILLIS = 5000;
  private static final int MAX_RECORD_BYTES = 4 << 20;

  private final InetSocketAddress replica;
  private final Listener listener;
  private final XdrOutput message = new XdrOutput(1024);
  private final XdrInt code = new XdrInt();
  private final GetReply got = new GetReply();
  private Channel channel;
  private OutstandingCalls<Begun> calls;
  private int xid;

  /** A call, as the listener knows it. */
  record Begun(Kind kind, int key, long nanos) {}

  private ReplicaConnection(InetSocketAddress replica, Listener listener) {
    this.replica = replica;
    this.listener = listener;
  }

  /** A replica that listens at this address. */
  static Server server(InetSocketAddress replica) {
    return (loop, listener) -> {
      ReplicaConnection connection = new ReplicaConnection(replica, listener);
      connection.connect(loop);
      return connection;
    };
  }

  private void connect(EventLoop loop) {
    new TcpNetwork(loop, RecordMarking.INSTANCE, null, MAX_RECORD_BYTES)
        .connect(replica.getAddress().getHostAddress(), replica.getPort(), CONNECT_MILLIS, this);
  }

  @Override
  public int underWay() {
    return calls == null ? 0 : calls.size();
  }

  @Override
  public void begin(Kind kind, int key, String name, String value, long fromNanos) {
    message.reset();
    try {
      RpcMessage.encodeCall(
          message,
          xid++,
          kv.KVPROGRAM,
          kv.KVVERSION,
          kind.procedure(),
          arguments(kind, name, value));
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a call could not be encoded", e);
    }
    calls.send(message, new Begun(kind, key, fromNanos));
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
  public void close(String reason) {
    if (channel != null) {
      channel.close(reason);
    }
  }

  @Override
  public void opened(Channel opened) {
    channel = opened;
    calls = new OutstandingCalls<>(opened, this);
    listener.connected();
  }

  @Override
  public void received(Channel from, byte[] buffer, int offset, int length) {
    if (!calls.received(buffer, offset, length)) {
      channel.close("an answer to no call of ours");
    }
  }

  @Override
  public void closed(Channel gone, String reason) {
    listener.closed(gone == null ? "no connection to " + name() + ": " + reason : reason);
  }

  private String name() {
    return new Endpoint(replica.getAddress().getHostAddress(), replica.getPort()).toString();
  }

  @Override
  public Shape resultsOf(Begun call) {
    return KvProgram.PROGRAM.procedure(call.kind().procedure()).results();
  }

  @Override
  public void answered(Begun call, XdrInput results) {
    try {
      switch (call.kind()) {
        case GET -> {
          got.xdrDecode(results);
          String value = got.code == kv.GET_OK ? got.value.value : null;
          listener.answered(call.kind(), call.key(), got.code, value, call.nanos());
        }
        case PUT, DEL -> {
          code.xdrDecode(results);
          listener.answered(call.kind(), call.key(), code.intValue(), null, call.nanos());
        }
        case NULL -> listener.answered(call.kind(), call.key(), 0, null, call.nanos());
      }
    } catch (OncRpcException | IOException e) {
      channel.close(OutstandingCalls.NOT_DECODED);
    }
  }

  @Override
  public void refused(Begun call, String reason) {
    channel.close("refused: " + reason);
  }
}
