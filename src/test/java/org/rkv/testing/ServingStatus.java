package org.rkv.testing;

import org.rkv.protocol.KvProgram;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/** What STATUS answers where all is well, for tests to say something else in some of it. */
public final class ServingStatus {
  private ServingStatus() {}

  /** Of a replica that serves, has called nothing up to now, and reaches nobody of these. */
  public static Status of(String name, String... peers) {
    Status status = new Status();
    status.name = name;
    status.release = "1";
    status.state = kv.REPLICA_SERVING;
    status.waiting_for = "";
    status.directory = "/home/rkv";
    status.options = "";
    status.data = new DataStatus();
    status.data.directory = "";
    status.calls = new long[KvProgram.procedures()];
    status.failures = new FailureCount[0];
    status.peers = new PeerStatus[peers.length];
    for (int i = 0; i < peers.length; i++) {
      status.peers[i] = new PeerStatus();
      status.peers[i].name = peers[i];
      status.peers[i].trouble = "";
    }
    return status;
  }
}
