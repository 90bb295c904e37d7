package org.rkv.simulation;

import org.rkv.oncrpc.XdrOutput;
import org.rkv.rpc.kv;

/** Looks into RPC messages (RFC 5531 section 9) as they pass. */
final class Messages {
  private static final int CALL = 0;
  private static final int PROCEDURE_OFFSET = 20;

  private Messages() {}

  static int xid(byte[] message) {
    return intAt(message, 0);
  }

  static boolean isCall(byte[] message) {
    return message.length > PROCEDURE_OFFSET && intAt(message, 4) == CALL;
  }

  /** The procedure of a call. */
  static int procedure(byte[] call) {
    return intAt(call, PROCEDURE_OFFSET);
  }

  /** Whether one replica writes what another has accepted. */
  static boolean isReplicaWrite(byte[] message) {
    return isCall(message) && (procedure(message) == kv.RPUT_1 || procedure(message) == kv.RDEL_1);
  }

  /** Whether one replica deletes what another has deleted. */
  static boolean isDelete(byte[] message) {
    return isCall(message) && procedure(message) == kv.RDEL_1;
  }

  /** The answer to a call whose result is an int. */
  static byte[] success(int xid, int result) {
    XdrOutput reply = new XdrOutput(28);
    int[] words = {xid, 1, 0, 0, 0, 0, result};
    for (int word : words) {
      reply.xdrEncodeInt(word);
    }
    return java.util.Arrays.copyOf(reply.buffer(), reply.size());
  }

  private static int intAt(byte[] message, int offset) {
    return java.nio.ByteBuffer.wrap(message).getInt(offset);
  }
}
