package org.rkv.oncrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.acplt.oncrpc.server.OncRpcDispatchable;
import org.rkv.net.Channel;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;

/**
 * The procedures 0 to 3 over a map, as the generated dispatch would call them. Some keys of GET are
 * special: {@link #FAIL}, {@link #HALF}, {@link #LATER}, {@link #SLOW}, and {@link #LARGE} with a
 * number; {@link #LATER} of PUT, too. Belongs to the loop's thread.
 */
public final class KvDispatcher implements OncRpcDispatchable {
  /** The procedure throws {@link #failure}. */
  public static final String FAIL = "fail";

  /** The results cannot be encoded. */
  public static final String HALF = "half";

  /** The call is deferred, see {@link #deferred}. */
  public static final String LATER = "later";

  /** The procedure takes longer than a round of the loop should. */
  public static final String SLOW = "slow";

  /** The value has as many bytes as the number that follows says. */
  public static final String LARGE = "large ";

  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  final RuntimeException failure = new IllegalStateException("no luck");
  final Map<String, String> map = new HashMap<>();
  final Queue<ServerCall> deferred = new ArrayDeque<>();
  public Channel lastCaller;
  public int executed;

  /** Their numbers, in the order in which they were executed. */
  public final List<Integer> procedures = new ArrayList<>();

  @Override
  public void dispatchOncRpcCall(
      OncRpcCallInformation call, int program, int version, int procedure)
      throws OncRpcException, IOException {
    executed++;
    procedures.add(procedure);
    lastCaller = ((ServerCall) call).channel();
    switch (procedure) {
      case 0 -> call.reply(XdrVoid.XDR_VOID);
      case 1 -> {
        KeyValue arguments = new KeyValue();
        call.retrieveCall(arguments);
        if (arguments.key.value.equals(LATER)) {
          ((ServerCall) call).defer();
          deferred.add((ServerCall) call);
        }
        String old = map.put(arguments.key.value, arguments.value.value);
        call.reply(new XdrInt(old == null ? kv.PUT_OK : kv.PUT_DUPLICATE_KEY_VALUE_RESET));
      }
      case 2 -> call.reply(get(key(call), (ServerCall) call));
      case 3 -> {
        String old = map.remove(key(call));
        call.reply(new XdrInt(old == null ? kv.DEL_KEY_NOT_FOUND : kv.DEL_OK));
      }
      default -> call.failProcedureUnavailable();
    }
  }

  private static String key(OncRpcCallInformation call) throws OncRpcException, IOException {
    XdrString argument = new XdrString();
    call.retrieveCall(argument);
    return argument.stringValue();
  }

  private GetReply get(String key, ServerCall call) {
    if (key.equals(FAIL)) {
      throw failure;
    }
    if (key.equals(HALF)) {
      return new GetReply();
    }
    if (key.equals(LATER)) {
      call.defer();
      deferred.add(call);
      return reply(kv.GET_FAILED, "");
    }
    if (key.equals(SLOW)) {
      long beganNanos = System.nanoTime();
      while (System.nanoTime() - beganNanos < SLOW_NANOS) {
        Thread.onSpinWait();
      }
    }
    if (key.startsWith(LARGE)) {
      byte[] value = new byte[Integer.parseInt(key.substring(LARGE.length()))];
      return reply(kv.GET_OK, new String(value, ISO_8859_1));
    }
    String value = map.get(key);
    return value == null ? reply(kv.GET_KEY_NOT_FOUND, "") : reply(kv.GET_OK, value);
  }

  /** Answers the longest deferred call, if there is one. */
  public boolean answerNext(String value) {
    boolean isOne = !deferred.isEmpty();
    if (isOne) {
      answerDeferred(value);
    }
    return isOne;
  }

  /** Answers the longest deferred call. */
  void answerDeferred(String value) {
    deferred.remove().answer(reply(kv.GET_OK, value));
  }

  /** The same for a PUT. */
  void answerDeferredPut() {
    deferred.remove().answer(new XdrInt(kv.PUT_OK));
  }

  private static GetReply reply(int code, String value) {
    GetReply reply = new GetReply();
    reply.code = code;
    reply.value = new Value(value);
    return reply;
  }
}
