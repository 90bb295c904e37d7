package org.rkv.replica;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.replica.core.Scan;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Ask;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Del;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Page;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Put;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Stamp;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * One connection on which a {@link StandInReplica} calls what only replicas may. What it writes
 * belongs to no operation: an answer to it counts for nothing.
 */
final class Greeter implements AutoCloseable {
  /** What the refusal of a call that only replicas may make looks like to the caller. */
  static final String REFUSED = "Authentication error";

  private final TestClient client;
  private final StandInReplica self;

  /** What was said on this connection, and answered. */
  private Names caller;

  private Names callee;
  private Bytes lastProof;

  Greeter(TestClient client, StandInReplica self) {
    this.client = client;
    this.self = self;
  }

  /** RHELLO: who answers. */
  Names hello() throws IOException, OncRpcException {
    return hello(StandInReplica.withNonce(self.names()));
  }

  /** RHELLO with these names. */
  Names hello(Names names) throws IOException, OncRpcException {
    caller = names;
    Hello hello = new Hello();
    hello.protocol = kv.PEER_PROTOCOL;
    hello.names = names;
    callee = client.stub().RHELLO_1(hello).names;
    return callee;
  }

  /** Who calls. */
  StandInReplica stands() {
    return self;
  }

  /** Who it said that it is. */
  Names caller() {
    return caller;
  }

  /** Proves itself from now on as if it had said this, though others were heard. */
  void pretend(Names said) {
    caller = said;
  }

  /** RADMIT with what somebody else says. */
  Admission pass(Particulars theirs) throws IOException, OncRpcException {
    return client.stub().RADMIT_1(theirs);
  }

  /** The proof that goes with its particulars, if there is a secret. */
  byte[] proof() throws IOException, OncRpcException {
    return self.proof("caller", 0, caller, callee, self.particulars(), null);
  }

  /** The proof that goes with an answer to what was last asked. */
  byte[] proofOf(Admission answer) throws IOException, OncRpcException {
    Particulars said = answer.callee;
    Bytes proof = said.proof;
    said.proof = new Bytes(new byte[0]);
    byte[] expected = self.proof("callee", answer.code, caller, callee, said, lastProof);
    said.proof = proof;
    return expected;
  }

  /** RADMIT. */
  Admission ask() throws IOException, OncRpcException {
    return ask(proof());
  }

  Admission ask(byte[] proof) throws IOException, OncRpcException {
    Particulars particulars = self.particulars();
    lastProof = new Bytes(proof);
    particulars.proof = lastProof;
    return client.stub().RADMIT_1(particulars);
  }

  /** RADMIT, and what it comes to once the replica has met the stand-in on a link of its own. */
  int admission() throws IOException, OncRpcException {
    int[] code = {kv.ADMIT_NOT_YET};
    Eventually.until(
        "it has met us",
        () -> {
          code[0] = ask().code;
          return code[0] != kv.ADMIT_NOT_YET && code[0] != kv.ADMIT_OTHER_INCARNATION;
        },
        () -> self.greetings() + " greetings");
    return code[0];
  }

  /** Both steps of a greeting, and what they come to. */
  int greet() throws IOException, OncRpcException {
    hello();
    return admission();
  }

  int rput(String key, String value, long clock) throws IOException, OncRpcException {
    Put put = new Put();
    put.kv = new KeyValue();
    put.kv.key = new Key(key);
    put.kv.value = new Value(value);
    put.stamp = stamp(clock);
    return client.stub().RPUT_1(put);
  }

  int rdel(String key, long clock) throws IOException, OncRpcException {
    Del del = new Del();
    del.key = new Key(key);
    del.stamp = stamp(clock);
    return client.stub().RDEL_1(del);
  }

  Copy rget(String key) throws IOException, OncRpcException {
    Ask ask = new Ask();
    ask.key = new Key(key);
    return client.stub().RGET_1(ask);
  }

  Page rscan() throws IOException, OncRpcException {
    return client.stub().RSCAN_1(Scan.start());
  }

  Page rscan(Cursor from) throws IOException, OncRpcException {
    return client.stub().RSCAN_1(from);
  }

  int rsettled(long clock) throws IOException, OncRpcException {
    Settled settled = new Settled();
    settled.state = self.particulars().state;
    settled.clock = clock;
    settled.limit = self.particulars().limit;
    return client.stub().RSETTLED_1(settled);
  }

  int rtakenOut(Listed... list) throws IOException, OncRpcException {
    TakenOut takenOut = new TakenOut();
    takenOut.list = list;
    return client.stub().RTAKENOUT_1(takenOut);
  }

  /** All that can be called on this connection. */
  kvClient stub() {
    return client.stub();
  }

  /** Whether the other end has closed the connection. */
  boolean isClosed() throws IOException {
    try {
      client.stub().STATUS_1();
      return false;
    } catch (OncRpcException e) {
      return true;
    }
  }

  private Stamp stamp(long clock) {
    Stamp stamp = new Stamp();
    stamp.clock = clock;
    stamp.origin = self.names().start;
    return stamp;
  }

  @Override
  public void close() {
    client.close();
  }
}
