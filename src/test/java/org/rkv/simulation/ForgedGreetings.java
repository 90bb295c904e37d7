package org.rkv.simulation;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Settled;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Changes what replicas tell each other of themselves: so one judges by less than it should. It can
 * be done where there is no secret, or by who knows how to prove what it forges.
 */
class ForgedGreetings extends Mutant implements Tampering {
  private static final int CALL_HEADER_BYTES = 40;
  private static final int REPLY_HEADER_BYTES = 24;

  /** What was asked, by the way that the answer takes and its xid. */
  private final Map<Pipe, Map<Integer, XdrAble>> asked = new HashMap<>();

  /** By both ways of the connection. */
  private final Map<Pipe, Greeting> greetings = new HashMap<>();

  private final Map<Process, ReplicaUnderTest> replicas = new HashMap<>();

  /**
   * The names of one connection.
   *
   * @param answered what the callee said of itself
   * @param heard what the caller heard of it
   */
  record Greeting(Names caller, Names answered, Names heard) {}

  /** What one says of itself in RHELLO's answer. */
  void answers(Hello answer, Hello question, Pipe way) {}

  /** What one says of itself in RADMIT, asked or unasked. */
  void tells(Particulars said, Pipe way) {}

  /** RADMIT goes out; nobody has answered it yet. */
  void asks(Greeting greeting, Particulars question) {}

  /** RADMIT is answered. */
  void admits(Greeting greeting, Particulars question, Admission answer) {}

  /** What one answers that is told that it was taken out. */
  int answersWhenTakenOut(int answer) {
    return answer;
  }

  /** What one says of itself each second. */
  void beats(Settled said, Pipe way) {}

  /** The replica that runs there; null if none does. */
  final ReplicaUnderTest replicaAt(Machine machine) {
    return replicas.get(machine.process());
  }

  @Override
  Tampering tampering(Scheduler scheduler) {
    return this;
  }

  @Override
  ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
    ReplicaUnderTest replica = super.replica(of, process, log);
    replicas.put(process, replica);
    return replica;
  }

  @Override
  public boolean takes(byte[] message, Pipe out, Pipe back) {
    if (replicaAt(out.from()) == null || replicaAt(out.to()) == null) {
      return false;
    }
    return Messages.isCall(message)
        ? takesCall(message, out, back)
        : takesAnswer(message, out, back);
  }

  private boolean takesCall(byte[] call, Pipe out, Pipe back) {
    switch (Messages.procedure(call)) {
      case kv.RHELLO_1 -> {
        Hello hello = decode(call, CALL_HEADER_BYTES, new Hello());
        expect(call, back, hello);
        return false;
      }
      case kv.RADMIT_1 -> {
        Particulars particulars = decode(call, CALL_HEADER_BYTES, new Particulars());
        expect(call, back, particulars);
        tells(particulars, out);
        asks(greetings.get(out), particulars);
        send(call, CALL_HEADER_BYTES, particulars, out);
        return true;
      }
      case kv.RTAKENOUT_1 -> {
        expect(call, back, decode(call, CALL_HEADER_BYTES, new TakenOut()));
        return false;
      }
      case kv.RSETTLED_1 -> {
        Settled settled = decode(call, CALL_HEADER_BYTES, new Settled());
        beats(settled, out);
        send(call, CALL_HEADER_BYTES, settled, out);
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  private boolean takesAnswer(byte[] answer, Pipe out, Pipe back) {
    Map<Integer, XdrAble> expected = asked.get(out);
    XdrAble question = expected == null ? null : expected.remove(Messages.xid(answer));
    if (question instanceof Hello hello) {
      Hello answered = decode(answer, REPLY_HEADER_BYTES, new Hello());
      Names truth = decode(answer, REPLY_HEADER_BYTES, new Hello()).names;
      answers(answered, hello, out);
      Greeting greeting = new Greeting(hello.names, truth, answered.names);
      greetings.put(out, greeting);
      greetings.put(back, greeting);
      send(answer, REPLY_HEADER_BYTES, answered, out);
      return true;
    }
    if (question instanceof Particulars particulars) {
      Admission admission = decode(answer, REPLY_HEADER_BYTES, new Admission());
      tells(admission.callee, out);
      admits(greetings.get(out), particulars, admission);
      send(answer, REPLY_HEADER_BYTES, admission, out);
      return true;
    }
    if (question instanceof TakenOut) {
      int answered = decode(answer, REPLY_HEADER_BYTES, new XdrInt()).intValue();
      send(answer, REPLY_HEADER_BYTES, new XdrInt(answersWhenTakenOut(answered)), out);
      return true;
    }
    return false;
  }

  private void expect(byte[] call, Pipe back, XdrAble question) {
    asked.computeIfAbsent(back, any -> new HashMap<>()).put(Messages.xid(call), question);
  }

  private static <T extends XdrAble> T decode(byte[] message, int offset, T into) {
    try {
      into.xdrDecode(new XdrInput().wrap(message, offset, message.length - offset));
      return into;
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("what a replica encoded can be decoded", e);
    }
  }

  private static void send(byte[] original, int headerBytes, XdrAble body, Pipe out) {
    XdrOutput message = new XdrOutput(original.length);
    message.xdrEncodeOpaque(original, 0, headerBytes);
    try {
      body.xdrEncode(message);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("what was decoded can be encoded", e);
    }
    out.send(Arrays.copyOf(message.buffer(), message.size()));
  }
}
