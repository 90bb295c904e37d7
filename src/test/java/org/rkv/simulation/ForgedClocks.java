package org.rkv.simulation;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.rkv.rpc.kv;

/**
 * Changes the clocks that replicas tell each other of: the limit in RHELLO, its answer and
 * RSETTLED, and the agreed clock in a page of RSCAN. Each is the last field of its message.
 */
class ForgedClocks extends Mutant implements Tampering {
  private static final int REPLY_HEADER_BYTES = 24;
  private static final int HYPER_BYTES = 8;

  /** Of an announcement, after the limit: whether the disk is full. */
  private static final int FULL_BYTES = 4;

  /** Of particulars, after the limit: a proof that is empty. */
  private static final int NO_PROOF_BYTES = 4;

  private final Plan.Clocks clocks;
  private final Map<Pipe, Set<Integer>> greetings = new HashMap<>();
  private final Map<Pipe, Set<Integer>> scans = new HashMap<>();

  /** The highest agreed clock that each process was told of. */
  private final Map<Process, Long> takenOver = new HashMap<>();

  /** With at least three replicas whose wall clocks are as wrong as this. */
  ForgedClocks(Plan.Clocks clocks) {
    this.clocks = clocks;
  }

  /** What is told as the limit. */
  long limit(long clock) {
    return clock;
  }

  /** What this source tells as the agreed clock. */
  long agreed(Machine source, long clock) {
    return clock;
  }

  /** The highest agreed clock that the process on this machine was told of. */
  final long takenOver(Machine machine) {
    return takenOver.getOrDefault(machine.process(), 0L);
  }

  @Override
  Plan plan(Plan drawn) {
    return drawn.withClocks(clocks, 3);
  }

  @Override
  Tampering tampering(Scheduler scheduler) {
    return this;
  }

  @Override
  public boolean takes(byte[] message, Pipe out, Pipe back) {
    if (Messages.isCall(message)) {
      takesCall(message, back);
    } else if (message.length > REPLY_HEADER_BYTES) {
      if (isAnswerTo(greetings, message, out)) {
        forgeLimit(message, NO_PROOF_BYTES);
      } else if (isAnswerTo(scans, message, out)) {
        int at = message.length - HYPER_BYTES;
        long told = ByteBuffer.wrap(message).getLong(at);
        ByteBuffer.wrap(message).putLong(at, agreed(out.from(), told));
        takenOver.merge(out.to().process(), told, Math::max);
      }
    }
    return false;
  }

  private void takesCall(byte[] message, Pipe back) {
    switch (Messages.procedure(message)) {
      case kv.RADMIT_1 -> {
        forgeLimit(message, NO_PROOF_BYTES);
        expect(greetings, message, back);
      }
      case kv.RSETTLED_1 -> forgeLimit(message, FULL_BYTES);
      case kv.RSCAN_1 -> expect(scans, message, back);
      default -> {}
    }
  }

  private static void expect(Map<Pipe, Set<Integer>> expected, byte[] call, Pipe back) {
    expected.computeIfAbsent(back, any -> new HashSet<>()).add(Messages.xid(call));
  }

  private static boolean isAnswerTo(Map<Pipe, Set<Integer>> expected, byte[] reply, Pipe out) {
    Set<Integer> calls = expected.get(out);
    return calls != null && calls.remove(Messages.xid(reply));
  }

  private void forgeLimit(byte[] message, int bytesAfterIt) {
    int at = message.length - HYPER_BYTES - bytesAfterIt;
    ByteBuffer.wrap(message).putLong(at, limit(ByteBuffer.wrap(message).getLong(at)));
  }
}
