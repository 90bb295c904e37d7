package org.rkv.bench;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rkv.net.EventLoop;
import org.slf4j.LoggerFactory;

/** Writes each key of a workload once, so that what is read and overwritten later is there. */
final class Fill {
  private static final int MAX_UNDER_WAY = 256;
  private static final int REPORT_EACH = 100_000;
  private static final long LOOK_MILLIS = 1000;
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(25);

  private final Workload workload;
  private final Consumer<String> progressLine;

  /**
   * Has written nothing.
   *
   * @param progressLine takes a line for each hundred thousand keys
   */
  Fill(Workload workload, Consumer<String> progressLine) {
    this.workload = workload;
    this.progressLine = progressLine;
  }

  /**
   * Writes the keys on one connection, many at a time, and waits for the end.
   *
   * @throws IOException if the server is lost, or does not store a key
   */
  void run(LoadConnection.Server server) throws IOException, InterruptedException {
    try (EventLoop loop = EventLoop.daemon("bench fill", LoggerFactory.getLogger(Fill.class))) {
      Writer writer = new Writer(loop);
      loop.execute(() -> writer.connect(server));
      loop.start();
      try {
        writer.done.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e);
      }
    }
  }

  /** The one client. Belongs to the loop's thread. */
  private final class Writer implements LoadConnection.Listener {
    private final EventLoop loop;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private LoadConnection connection;
    private int next;
    private long answeredNanos;

    Writer(EventLoop loop) {
      this.loop = loop;
    }

    void connect(LoadConnection.Server server) {
      connection = server.connect(loop, this);
    }

    @Override
    public void connected() {
      answeredNanos = loop.nanoTime();
      loop.schedule(LOOK_MILLIS, this::giveUpOnSilence);
      write();
    }

    private void giveUpOnSilence() {
      if (loop.nanoTime() - answeredNanos > ANSWER_NANOS) {
        connection.close("no answer for too long");
      }
      loop.schedule(LOOK_MILLIS, this::giveUpOnSilence);
    }

    private void write() {
      while (next < workload.keys() && connection.underWay() < MAX_UNDER_WAY) {
        connection.begin(Kind.PUT, next, workload.key(next), workload.value(next, 0), 0);
        next++;
        if (next % REPORT_EACH == 0) {
          progressLine.accept("filling: " + next + " of " + workload.keys() + " keys");
        }
      }
      if (connection.underWay() == 0) {
        done.complete(null);
      }
    }

    @Override
    public void answered(Kind kind, int key, int code, String value, long beganNanos) {
      answeredNanos = loop.nanoTime();
      if (!kind.isDone(code)) {
        done.completeExceptionally(
            new IOException("a key was not stored: PUT was answered with code " + code));
        connection.close("a key was not stored");
      } else {
        write();
      }
    }

    @Override
    public void closed(String reason) {
      done.completeExceptionally(new IOException(reason));
    }
  }
}
