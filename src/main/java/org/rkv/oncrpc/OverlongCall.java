package org.rkv.oncrpc;

/**
 * The beginning of a call whose record is longer than a server takes. Where a text is what makes it
 * so long, the call is shortened to one whose text ends where the beginning does: the server then
 * answers by itself that it is too large, and the connection goes on. So a server must take records
 * of twice its longest text and 1 KiB for what goes before. Not thread-safe.
 */
final class OverlongCall {
  /** Twice what any call of a client needs. Whoever sends more has his connection closed. */
  static final int MAX_RECORD_BYTES = 4 << 20;

  private final Program program;
  private final CallHeader header = new CallHeader();
  private final XdrInput input = new XdrInput();

  /** One for this program. */
  OverlongCall(Program program) {
    this.program = program;
  }

  /**
   * Shortens it where it lies.
   *
   * @param length of the beginning
   * @param recordBytes of the whole record
   * @return the length of a record that can be judged, or -1 if nothing can be made of it
   */
  int shorten(byte[] beginning, int length, int recordBytes) {
    CallHeader.Verdict verdict = header.read(input.wrap(beginning, 0, length), program);
    if (verdict == CallHeader.Verdict.NOT_A_CALL) {
      return -1;
    }
    boolean isCutOff =
        verdict == CallHeader.Verdict.ACCEPT_WITH_ERROR
            && header.acceptStatus() == RpcMessage.GARBAGE_ARGS;
    return isCutOff ? shortenText(beginning, length, recordBytes) : length;
  }

  /** The arguments begin where the input stands. */
  private int shortenText(byte[] beginning, int length, int recordBytes) {
    while (input.remaining() >= 2 * Integer.BYTES) {
      int at = input.position();
      int textBytes = input.nextInt();
      if (textBytes < 0 || textBytes > recordBytes - input.position()) {
        return length; // It is not there: garbage, as in a shorter record.
      }
      int start = input.position();
      if (!input.skipOpaque(textBytes) || input.remaining() < 2 * Integer.BYTES) {
        int keptBytes = length - start - Integer.BYTES & -Integer.BYTES;
        int end = start + keptBytes;
        XdrOutput.putInt(beginning, at, keptBytes);
        XdrOutput.putInt(beginning, end, 0); // the next text, if there is one, is empty
        return isCall(beginning, end + Integer.BYTES) ? end + Integer.BYTES : -1;
      }
    }
    return -1;
  }

  private boolean isCall(byte[] record, int length) {
    return header.read(input.wrap(record, 0, length), program) == CallHeader.Verdict.EXECUTE;
  }
}
