package org.rkv.oncrpc;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.CallHeader.Verdict;
import org.rkv.protocol.KvProgram;

/**
 * What a stranger can send. In a build the inputs of the corpus run, those in the resources beside
 * this class. To look for new ones, one target at a time:
 *
 * <pre>JAZZER_FUZZ=1 mvn test -Dtest='WireFuzzTest#shouldJudgeAnyMessage' -Djazzer.max_duration=10m
 * </pre>
 */
class WireFuzzTest {
  private static final int MAX_RECORD_BYTES = 4096;

  @FuzzTest
  void shouldReadAnyStream(FuzzedDataProvider data) {
    RecordReader reader = new RecordReader(MAX_RECORD_BYTES);
    while (data.remainingBytes() > 0) {
      byte[] read = data.consumeBytes(data.consumeInt(1, 200));
      int from = 0;
      do {
        String fault = reader.feed(read, from, read.length, WireFuzzTest::isWithinBounds);
        require(reader.heldBytes() <= MAX_RECORD_BYTES, "it holds too much");
        if (fault != null) {
          return;
        }
        from = reader.consumed();
      } while (from < read.length);
    }
  }

  /** Stops after records of an odd length, so that stopping is tried as well. */
  private static boolean isWithinBounds(byte[] buffer, int offset, int length) {
    require(length <= MAX_RECORD_BYTES, "too long a record");
    require(offset >= 0 && offset + length <= buffer.length, "a record out of bounds");
    return length % 2 == 0;
  }

  @FuzzTest
  void shouldJudgeAnyMessage(byte[] message) throws Exception {
    CallHeader header = new CallHeader();
    XdrInput input = new XdrInput().wrap(message, 0, message.length);
    if (header.read(input, KvProgram.PROGRAM) == Verdict.EXECUTE) {
      KvTypes.ARGUMENTS.get(header.procedure()).get().xdrDecode(input);
    }
  }

  @FuzzTest
  void shouldDecodeAnyArgumentsThatFit(FuzzedDataProvider data) throws Exception {
    int procedure = data.consumeInt(0, KvTypes.ARGUMENTS.size() - 1);
    decodeIfItFits(
        KvProgram.PROGRAM.procedure(procedure).arguments(),
        KvTypes.ARGUMENTS.get(procedure),
        data.consumeRemainingAsBytes());
  }

  @FuzzTest
  void shouldDecodeAnyReplyOfAPeer(FuzzedDataProvider data) throws Exception {
    int procedure = data.consumeInt(0, KvTypes.RESULTS.size() - 1);
    byte[] reply = data.consumeRemainingAsBytes();
    XdrInput input = new XdrInput().wrap(reply, 0, reply.length);
    if (RpcMessage.decodeReplyHeader(input) == null) {
      byte[] results = new byte[input.remaining()];
      System.arraycopy(reply, input.position(), results, 0, results.length);
      decodeIfItFits(
          KvProgram.PROGRAM.procedure(procedure).results(),
          KvTypes.RESULTS.get(procedure),
          results);
    }
  }

  /** The walk and the decoder must agree: on success, and on the bytes that were taken. */
  private static void decodeIfItFits(Shape shape, Supplier<XdrAble> type, byte[] bytes)
      throws OncRpcException, IOException {
    XdrInput input = new XdrInput().wrap(bytes, 0, bytes.length);
    if (!shape.fits(input)) {
      return;
    }
    type.get().xdrDecode(input);
    int decoded = input.position();
    input.setPosition(0);
    require(shape.walk(input) && input.position() == decoded, "walk and decoder disagree");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
