package org.rkv.replica;

import java.io.IOException;
import java.util.Arrays;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.replica.core.Scan;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Del;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Page;
import org.rkv.rpc.Put;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Stamp;
import org.rkv.rpc.Value;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;
import org.rkv.store.HybridClock;
import org.rkv.testing.TestClient;

/** Somebody who claims, on one connection, to be a replica, and calls what only replicas may. */
final class Greeter {
  /** What the refusal of a call that only replicas may make looks like to the caller. */
  static final String REFUSED = "Authentication error";

  private final TestClient client;
  private final Hello hello = new Hello();
  private long limit = HybridClock.NO_LIMIT;

  Greeter(TestClient client, int port) {
    this.client = client;
    hello.name = "greeter";
    hello.port = port;
    hello.origin = 0x0123456789L;
    hello.state = kv.REPLICA_SERVING;
    hello.capacity = kv.KVSTORE_CAPACITY;
    hello.max_length = kv.MAX_LENGTH;
    hello.nonce = new Bytes(new byte[0]);
    hello.limit = limit;
  }

  /** What is said of oneself; may be changed. */
  Hello says() {
    return hello;
  }

  Greeter nonce(int length) {
    byte[] nonce = new byte[length];
    Arrays.fill(nonce, (byte) 7);
    hello.nonce = new Bytes(nonce);
    return this;
  }

  /** What is told as the highest clock that is believed. */
  Greeter limit(long clock) {
    limit = clock;
    return this;
  }

  Welcome greet() throws IOException, OncRpcException {
    return client.stub().RHELLO_1(hello);
  }

  int prove(byte[] proof) throws IOException, OncRpcException {
    return client.stub().RPROVE_1(new Bytes(proof));
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
    return client.stub().RGET_1(key);
  }

  Page rscan() throws IOException, OncRpcException {
    return client.stub().RSCAN_1(Scan.start());
  }

  Page rscan(Cursor from) throws IOException, OncRpcException {
    return client.stub().RSCAN_1(from);
  }

  int rsettled(long clock) throws IOException, OncRpcException {
    Settled settled = new Settled();
    settled.state = kv.REPLICA_SERVING;
    settled.clock = clock;
    settled.limit = limit;
    return client.stub().RSETTLED_1(settled);
  }

  private Stamp stamp(long clock) {
    Stamp stamp = new Stamp();
    stamp.clock = clock;
    stamp.origin = hello.origin;
    return stamp;
  }
}
