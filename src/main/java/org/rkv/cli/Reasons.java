package org.rkv.cli;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.rpc.Reason;
import org.rkv.rpc.kvClient;

/**
 * Asks replicas why they have announced calls as failed, over a connection of its own: those calls
 * were made by the library, which does not ask. A replica that does not answer is not asked again,
 * since the same may be to be asked for each line of a long input. Not thread-safe.
 */
final class Reasons implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 1_000;

  private final Session session;
  private String replica;

  /** Null if the replica cannot be asked. */
  private kvClient stub;

  Reasons(Session session) {
    this.session = session;
  }

  /**
   * Why the latest such call has failed.
   *
   * @param name of the replica that said so
   * @return null if it does not know, as one of an older release
   */
  Reason of(String name, Question failed) {
    if (!name.equals(replica)) {
      close();
      replica = name;
      stub = connect();
    }
    if (stub == null) {
      return null;
    }
    try {
      return failed.askWhy(stub);
    } catch (OncRpcException | IOException e) {
      close();
      return null; // what was asked first has been answered all the same
    }
  }

  private kvClient connect() {
    try {
      return ReplicaStub.connect(
          session.connector().within(TIMEOUT_MILLIS), replica, TIMEOUT_MILLIS);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    if (stub != null) {
      try {
        stub.close();
      } catch (OncRpcException e) {
        // Whatever there was to hear has been heard.
      }
      stub = null;
    }
  }
}
