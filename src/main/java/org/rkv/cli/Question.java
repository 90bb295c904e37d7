package org.rkv.cli;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.rpc.FailedCall;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Reason;
import org.rkv.rpc.Status;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * One call of a procedure, to be made once or, if it is a read, again. Strings are bytes, one char
 * each. Immutable.
 *
 * @param command PUT, GET, DEL, REPLICAS or STATUS; LIST, with the prefix as the key, is only asked
 *     why it has failed
 */
record Question(String command, String key, String value) {
  static final String PUT = "PUT";
  static final String GET = "GET";
  static final String DEL = "DEL";
  static final String REPLICAS = "REPLICAS";
  static final String STATUS = "STATUS";

  private static final String ANOTHER_RELEASE =
      ": it is of another release than this program; ./kv_r.sh status shows of which";

  /** Whether a word is one of the C client's commands. */
  static boolean isCommand(String word) {
    return word.equals(PUT) || word.equals(GET) || word.equals(DEL);
  }

  /** Whether it changes the store, so that it must not be sent twice. */
  boolean isWrite() {
    return command.equals(PUT) || command.equals(DEL);
  }

  /** Calls, and waits for the answer. */
  Reply ask(kvClient replica) throws OncRpcException, IOException {
    switch (command) {
      case PUT:
        KeyValue pair = new KeyValue();
        pair.key = new Key(key);
        pair.value = new Value(value);
        return new KeyReply(command, key, replica.PUT_1(pair), null);
      case GET:
        GetReply reply = replica.GET_1(key);
        String found = reply.code == kv.GET_OK ? reply.value.value : null;
        return new KeyReply(command, key, reply.code, found);
      case DEL:
        return new KeyReply(command, key, replica.DEL_1(key), null);
      case STATUS:
        return new StatusReply(status(replica));
      default:
        return ReplicasReply.of(replica.REPLICAS_1());
    }
  }

  /**
   * Asks why the call that was answered so has failed.
   *
   * @return null if the replica does not know, as one of an older release
   */
  Reason why(kvClient replica) throws IOException {
    try {
      return askWhy(replica);
    } catch (OncRpcException e) {
      return null; // what was asked first has been answered all the same
    }
  }

  /** The same, where it is told if it cannot be asked. */
  Reason askWhy(kvClient replica) throws OncRpcException, IOException {
    FailedCall failed = new FailedCall();
    failed.procedure =
        switch (command) {
          case PUT -> kv.PUT_1;
          case GET -> kv.GET_1;
          case DEL -> kv.DEL_1;
          default -> kv.LIST_1;
        };
    failed.key = new Key(key);
    Reason reason = replica.WHY_1(failed);
    return reason.cause.isEmpty() ? null : reason;
  }

  /** What STATUS answers is another thing in each release. */
  private static Status status(kvClient replica) throws OncRpcException, IOException {
    try {
      return replica.STATUS_1();
    } catch (OncRpcException e) {
      if (e.getReason() != OncRpcException.RPC_CANTDECODERES) {
        throw e;
      }
      throw new OncRpcException(e.getReason(), e.getMessage() + ANOTHER_RELEASE);
    }
  }
}
