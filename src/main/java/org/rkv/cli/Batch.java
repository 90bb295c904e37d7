package org.rkv.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.rkv.client.ConnectFailedException;

/**
 * Runs the commands of a stream, one a line. A thread of its own reads and sends them, many at a
 * time; the caller's thread prints the answers in order. A wrong line is named by its number, and
 * the rest goes on; only when no replica can be reached any more, reading stops.
 */
final class Batch {
  /** A line that holds a PUT of the largest key and value, every byte of both written as \xHH. */
  static final int MAX_LINE_BYTES = 10 << 20;

  private static final int MAX_LINES_UNDER_WAY = 2048;

  private final ReplicaInUse replica;
  private final Session session;
  private final Console console;
  private final Progress progress;
  private final LineReader lines;
  private final BlockingQueue<InputLine> underWay = new ArrayBlockingQueue<>(MAX_LINES_UNDER_WAY);
  private final InputLine end = new InputLine(0);
  private volatile IOException inputFailure;
  private volatile boolean stopped;

  /**
   * Has read nothing.
   *
   * @param session with the console to write to, which should be a buffered one
   */
  Batch(ReplicaInUse replica, InputStream in, Session session, Progress progress) {
    this.replica = replica;
    this.session = session;
    console = session.console();
    this.progress = progress;
    lines = new LineReader(in, MAX_LINE_BYTES);
  }

  /**
   * Runs all commands.
   *
   * @return the worst exit status of all lines
   * @throws IOException if the input cannot be read or the output cannot be written
   */
  int run() throws IOException {
    Thread reader = new Thread(this::read, "rkv input");
    reader.setDaemon(true); // It may wait for input that nobody wants any more.
    reader.start();
    int status = ExitStatus.DONE;
    try {
      InputLine line;
      while ((line = take()) != end) {
        try {
          status = ExitStatus.worse(status, line.print(session, replica));
          progress.done(line.number());
        } catch (ConnectFailedException e) {
          line.sayNotSent(console, e);
          return ExitStatus.worse(ExitStatus.worse(status, ExitStatus.FAILED), stop());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitStatus.FAILED;
    } finally {
      progress.end();
      console.flush();
    }
    if (inputFailure != null) {
      throw inputFailure;
    }
    return status;
  }

  /** The next line in order; before it is waited for, what has been printed becomes visible. */
  private InputLine take() throws IOException, InterruptedException {
    InputLine line = underWay.peek();
    if (line == null || !line.isDone()) {
      console.flush();
    }
    return underWay.take();
  }

  /** Sends no more, and prints what becomes of the lines that were sent already. */
  private int stop() throws IOException {
    stopped = true;
    int status = ExitStatus.DONE;
    int notSent = 0;
    InputLine line;
    while ((line = underWay.poll()) != null) {
      if (line == end) {
        break;
      }
      try {
        status = ExitStatus.worse(status, line.print(session, replica));
      } catch (ConnectFailedException e) {
        notSent++;
      }
    }
    if (notSent > 0) {
      String stopped = "stopped: " + notSent + " more lines were read and not sent";
      if (console.isJson()) {
        console.outLine(new Json().text("error", stopped).toString());
      }
      console.errLine(stopped);
    }
    return status;
  }

  private void read() {
    try {
      try {
        String text;
        long number = 0;
        while (!stopped && (text = lines.next()) != null) {
          readLine(new InputLine(++number), text);
        }
      } catch (IOException e) {
        inputFailure = e;
      }
      underWay.put(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody does that.
    }
  }

  private void readLine(InputLine line, String text) throws InterruptedException {
    if (lines.isTooLong()) {
      line.refuse(new IllegalArgumentException("longer than " + MAX_LINE_BYTES + " bytes"));
    } else if (!line.parse(text)) {
      return;
    }
    underWay.put(line); // First, so that none is sent of which nobody waits for the answer.
    if (stopped) {
      line.refuse(new IllegalStateException("stopped"));
    } else {
      line.start(replica);
    }
  }
}
