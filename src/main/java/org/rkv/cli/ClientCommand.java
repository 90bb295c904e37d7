package org.rkv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.client.ConnectFailedException;
import org.rkv.client.Connector;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;

/**
 * {@code rkv HOST (PUT|GET|DEL) KEY [VALUE]}, as the C client does it: one call, one line, and the
 * exit status 0 for every answer, whatever its code. Strings are bytes, one char each.
 */
final class ClientCommand {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private final String programName;
  private final Connector connector;
  private final OutputStream out;
  private final OutputStream err;

  ClientCommand(String programName, Connector connector, OutputStream out, OutputStream err) {
    this.programName = programName;
    this.connector = connector;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the command.
   *
   * @return the exit status
   * @throws IOException if its own output cannot be written
   */
  int run(String[] arguments) throws IOException {
    if (arguments.length < 3 || arguments.length > 4) {
      return misused("host (PUT|GET|DEL) key [value]");
    }
    String command = arguments[1];
    boolean hasValue = arguments.length == 4;
    switch (command) {
      case "PUT":
        if (!hasValue) {
          return misused("host PUT key value");
        }
        break;
      case "GET":
      case "DEL":
        if (hasValue) {
          return misused("host " + command + " key");
        }
        break;
      default:
        print(err, "bad command");
        return misused("host (PUT|GET|DEL) key [value]");
    }
    return call(arguments[0], command, arguments[2], hasValue ? arguments[3] : "");
  }

  private int misused(String usage) throws IOException {
    print(err, "usage: " + programName + " " + usage);
    return FAILED;
  }

  private int call(String host, String command, String key, String value) throws IOException {
    kvClient replica;
    try {
      replica = connector.connect(host);
    } catch (ConnectFailedException e) {
      print(out, "client create failed");
      print(err, host + ": RPC: " + e.getMessage());
      return FAILED;
    }
    String answer;
    try {
      answer = ask(replica, command, key, value);
    } catch (OncRpcException e) {
      print(err, command + ": rpc error: RPC: " + e.getMessage());
      return FAILED;
    }
    print(out, answer);
    return DONE;
  }

  private static String ask(kvClient replica, String command, String key, String value)
      throws OncRpcException, IOException {
    switch (command) {
      case "PUT":
        KeyValue pair = new KeyValue();
        pair.key = new Key(key);
        pair.value = new Value(value);
        return Answer.toPut(replica.PUT_1(pair));
      case "GET":
        GetReply reply = replica.GET_1(key);
        String line = Answer.toGet(reply.code);
        return reply.code == kv.GET_OK ? line + "; value=\"" + reply.value.value + "\"" : line;
      default:
        return Answer.toDel(replica.DEL_1(key));
    }
  }

  private static void print(OutputStream stream, String line) throws IOException {
    stream.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
    stream.flush();
  }
}
