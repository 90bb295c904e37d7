package org.rkv.simulation;

import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrString;
import org.rkv.history.History;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;

/**
 * A client: one call at a time, to one replica for a while and then to another, over a connection
 * of its own. It gives up on a call after a deadline, and then nobody knows what came of it. Some
 * GETs are made as LISTs, whose every entry counts as what a GET has found.
 */
final class SimulatedClient {
  /** Of so many calls one that would be a GET is a LIST. */
  private static final int CALLS_A_LIST = 4;

  private final Machine machine;
  private final Process process;
  private final Scheduler scheduler;
  private final Fabric fabric;
  private final History history;
  private final OldCopies oldCopies;
  private final Promises promises;
  private final XdrOutput output = new XdrOutput(256);
  private Session session;
  private int xid;

  SimulatedClient(
      Machine machine,
      Scheduler scheduler,
      Fabric fabric,
      History history,
      OldCopies oldCopies,
      Promises promises) {
    this.machine = machine;
    this.scheduler = scheduler;
    this.fabric = fabric;
    this.history = history;
    this.oldCopies = oldCopies;
    this.promises = promises;
    process = machine.start();
  }

  Machine machine() {
    return machine;
  }

  /** One thing to ask. The value is null but for a PUT. */
  record Request(Kind kind, String key, String value) {}

  /**
   * Goes on asking random replicas until the time is over.
   *
   * @param requests makes each next one
   * @param thinkMillis how long to wait before it
   */
  void work(
      List<SimulatedReplica> replicas,
      Supplier<Request> requests,
      LongSupplier thinkMillis,
      long untilNanos) {
    scheduler.afterMillis(
        thinkMillis.getAsLong(),
        () -> {
          if (scheduler.nowNanos() < untilNanos) {
            if (session == null || scheduler.chance(0.2)) {
              use(replicas.get(scheduler.random().nextInt(replicas.size())));
            }
            long deadlineMillis = scheduler.chance(0.1) ? scheduler.skewed(1, 1000) : 10_000;
            ask(
                requests.get(),
                deadlineMillis,
                () -> work(replicas, requests, thinkMillis, untilNanos));
          }
        });
  }

  /** From now on this replica is asked. */
  void use(SimulatedReplica replica) {
    if (session != null) {
      session.leave();
    }
    session = new Session(replica.machine());
  }

  /** Asks the replica in use, and takes down what comes of it. */
  void ask(Request request, long deadlineMillis, Runnable done) {
    session.ask(new Call(request, deadlineMillis, done));
  }

  /** Waits no longer for what is under way: nobody will know what came of it. */
  void giveUp() {
    if (session != null && session.call != null) {
      session.call.lost();
    }
  }

  /** A call under way. */
  private final class Call {
    private final Request request;
    private final Runnable done;
    private final long invokedNanos = scheduler.nowNanos();
    private final int number = ++xid;
    private boolean sent;
    private boolean over;

    Call(Request request, long deadlineMillis, Runnable done) {
      this.request = request;
      this.done = done;
      scheduler.afterMillis(deadlineMillis, this::lost);
    }

    /** Whether the key is asked for by a LIST. */
    boolean isList() {
      return request.kind == Kind.GET && number % CALLS_A_LIST == 0;
    }

    /** One call tells of other keys as well, which begin like the one that is asked for. */
    void listed(ListPage page) {
      String value = null;
      for (KeyValue each : page.entries) {
        if (each.key.value.equals(request.key)) {
          value = each.value.value;
        } else if (!oldCopies.excuses(machine, number)) {
          add(each.key.value, each.value.value, scheduler.nowNanos(), Result.OK);
        }
      }
      int absent = value == null ? kv.GET_KEY_NOT_FOUND : kv.GET_OK;
      answered(page.code == kv.LIST_OK ? absent : kv.GET_FAILED, value);
    }

    /** There will be no answer that can be trusted to come. */
    void lost() {
      if (!over) {
        session.leave();
        session = null;
        end(sent ? Result.UNKNOWN : null, Operation.NEVER, null);
      }
    }

    void answered(int code, String value) {
      Result result =
          switch (code) {
            case kv.PUT_OK, kv.PUT_DUPLICATE_KEY_VALUE_RESET -> Result.OK;
            case kv.GET_KEY_NOT_FOUND, kv.GET_KVSTORE_IS_EMPTY -> Result.ABSENT;
            case kv.PUT_FAILED -> Result.FAILED;
            default -> throw new IllegalStateException("code " + code + " for " + request);
          };
      boolean isRead = request.kind == Kind.GET || result == Result.ABSENT;
      if (isRead && result != Result.FAILED && oldCopies.excuses(machine, number)) {
        end(null, Operation.NEVER, null);
      } else {
        promises.answered(session.server, request, result, invokedNanos);
        end(result, scheduler.nowNanos(), result == Result.OK ? value : null);
      }
    }

    private void end(Result result, long returnedNanos, String read) {
      over = true;
      if (result != null) {
        add(request.key, request.kind == Kind.GET ? read : request.value, returnedNanos, result);
      }
      done.run();
    }

    private void add(String key, String value, long returnedNanos, Result result) {
      history.add(
          new Operation(
              machine.name(), request.kind, key, value, invokedNanos, returnedNanos, result));
    }
  }

  /** A connection to one replica. */
  private final class Session implements ChannelListener {
    private final Machine server;
    private Channel channel;
    private Call call;
    private boolean left;

    Session(Machine server) {
      this.server = server;
      fabric.networkOf(process).connect(server.host(), KvProgram.DEFAULT_PORT, 10_000, this);
    }

    void ask(Call next) {
      call = next;
      if (channel != null) {
        send();
      }
    }

    private void send() {
      call.sent = true;
      promises.asked(call.request);
      output.reset();
      try {
        RpcMessage.encodeCall(
            output,
            call.number,
            kv.KVPROGRAM,
            kv.KVVERSION,
            call.isList() ? kv.LIST_1 : procedure(call.request),
            call.isList() ? range(call.request) : arguments(call.request));
      } catch (OncRpcException | IOException e) {
        throw new IllegalStateException("a call could not be encoded", e);
      }
      channel.send(output.buffer(), 0, output.size());
    }

    void leave() {
      left = true;
      if (channel != null) {
        channel.close("the client leaves");
      }
    }

    @Override
    public void opened(Channel opened) {
      channel = opened;
      if (left) {
        opened.close("the client has left");
      } else if (call != null && !call.over) {
        send();
      }
    }

    @Override
    public void received(Channel from, byte[] buffer, int offset, int length) {
      if (left || call == null || call.over) {
        return;
      }
      XdrInput input = new XdrInput().wrap(buffer, offset, length);
      String failure = RpcMessage.decodeReplyHeader(input);
      if (failure != null) {
        throw new IllegalStateException(failure + " for " + call.request);
      }
      try {
        if (call.isList()) {
          ListPage page = new ListPage();
          page.xdrDecode(input);
          call.listed(page);
        } else if (call.request.kind == Kind.GET) {
          GetReply reply = new GetReply();
          reply.xdrDecode(input);
          call.answered(reply.code, reply.value.value);
        } else {
          call.answered(input.xdrDecodeInt(), null);
        }
      } catch (OncRpcException | IOException e) {
        throw new IllegalStateException("an answer could not be decoded", e);
      }
    }

    @Override
    public void closed(Channel gone, String reason) {
      if (!left && session == this) {
        left = true;
        session = null;
        if (call != null && !call.over) {
          call.end(call.sent ? Result.UNKNOWN : null, Operation.NEVER, null);
        }
      }
    }
  }

  private static int procedure(Request request) {
    return switch (request.kind) {
      case PUT -> kv.PUT_1;
      case GET -> kv.GET_1;
      case DEL -> kv.DEL_1;
    };
  }

  /** The key, if it is there, and maybe the next ones. */
  private static ListRange range(Request request) {
    ListRange range = new ListRange();
    range.prefix = new Key(request.key);
    range.after = new Key("");
    return range;
  }

  private static XdrAble arguments(Request request) {
    if (request.kind == Kind.PUT) {
      KeyValue pair = new KeyValue();
      pair.key = new Key(request.key);
      pair.value = new Value(request.value);
      return pair;
    }
    return new XdrString(request.key);
  }
}
