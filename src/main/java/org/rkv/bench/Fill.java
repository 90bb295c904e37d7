package org.rkv.bench;

import java.io.IOException;
import java.util.function.Consumer;

/** Writes each key of a workload once, so that what is read and overwritten later is there. */
final class Fill {
  private static final int UNDER_WAY = 256;
  private static final int REPORT_EACH = 100_000;
  private static final int ANSWER_MILLIS = 25_000;

  private final Workload workload;
  private final Consumer<String> progressLine;
  private int refusal;

  /**
   * Makes one that has written nothing.
   *
   * @param progressLine takes a line for each hundred thousand keys
   */
  Fill(Workload workload, Consumer<String> progressLine) {
    this.workload = workload;
    this.progressLine = progressLine;
  }

  /**
   * Writes the keys on one connection, many at a time.
   *
   * @throws IOException if the server is lost, or does not store a key
   */
  void run(LoadConnection.Factory server) throws IOException {
    try (LoadConnection connection = server.connect(UNDER_WAY)) {
      connection.timeout(ANSWER_MILLIS);
      for (int key = 0; key < workload.keys(); key++) {
        while (connection.underWay() == UNDER_WAY) {
          exchange(connection);
        }
        connection.begin(Kind.PUT, key, workload.key(key), workload.value(key, 0), 0);
        if ((key + 1) % REPORT_EACH == 0) {
          progressLine.accept("filling: " + (key + 1) + " of " + workload.keys() + " keys");
        }
      }
      while (connection.underWay() > 0) {
        exchange(connection);
      }
    }
  }

  private void exchange(LoadConnection connection) throws IOException {
    connection.exchange(this::answered);
    if (refusal != 0) {
      throw new IOException("a key was not stored: PUT was answered with code " + refusal);
    }
  }

  private void answered(Kind kind, int key, int code, String value, long beganNanos) {
    if (!kind.isDone(code)) {
      refusal = code;
    }
  }
}
