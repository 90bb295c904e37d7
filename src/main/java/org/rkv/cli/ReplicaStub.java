package org.rkv.cli;

import org.rkv.client.ConnectFailedException;
import org.rkv.client.Connector;
import org.rkv.protocol.KvStub;
import org.rkv.rpc.kvClient;

/** The generated stub, for all procedures of a replica. */
final class ReplicaStub {
  private ReplicaStub() {}

  /**
   * Connects.
   *
   * @param callTimeoutMillis for each call
   * @throws ConnectFailedException if the replica cannot be reached
   */
  static kvClient connect(Connector connector, String replica, int callTimeoutMillis)
      throws ConnectFailedException {
    return connector.connect(
        replica,
        (address, timeoutMillis) -> KvStub.open(address, timeoutMillis, callTimeoutMillis));
  }
}
