package org.rkv.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.rkv.net.OutOfMemory;
import org.slf4j.LoggerFactory;

/**
 * Halts the process when it has no memory left, whether or not anybody reads what it says: a task
 * that was broken off may have left half of a state, and the JVM's own flag for it misses direct
 * memory and waits for ever for the reader of a full pipe. The threads and the line are made at the
 * start, when there is memory. Safe for all threads.
 */
final class MemoryWatchdog implements Thread.UncaughtExceptionHandler {
  /** As the JVM's own flag has it. */
  static final int EXIT_STATUS = 3;

  private static final long LINE_MILLIS = 1000;

  private final byte[] line;
  private final FileOutputStream standardError = new FileOutputStream(FileDescriptor.err);
  private final CountDownLatch tripped = new CountDownLatch(1);
  private final CountDownLatch written = new CountDownLatch(1);

  private MemoryWatchdog(String name) {
    line = (name + " SEVERE: out of memory: the process is halted\n").getBytes(US_ASCII);
  }

  /**
   * Begins to watch, and hears of the errors that nobody catches.
   *
   * @param name for the line
   */
  static MemoryWatchdog begin(String name) {
    MemoryWatchdog watchdog = new MemoryWatchdog(name);
    start(watchdog::write, "out of memory: line");
    start(watchdog::halt, "out of memory: halt");
    Thread.setDefaultUncaughtExceptionHandler(watchdog);
    return watchdog;
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * There is no memory left: halts the process. Allocates nothing, and never returns: what the
   * caller would do next may be half done already, and what the JVM says of an error that nobody
   * handles would hold up the halt where nobody reads it.
   */
  void trip() {
    tripped.countDown();
    while (true) {
      LockSupport.park();
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable t) {
    if (OutOfMemory.isFatal(t)) {
      trip();
    }
    LoggerFactory.getLogger("rkv").error("thread {} ended", thread.getName(), t);
  }

  private void write() {
    try {
      tripped.await();
      standardError.write(line);
    } catch (IOException | InterruptedException e) {
      // There is nobody left to tell.
    } finally {
      written.countDown();
    }
  }

  private void halt() {
    try {
      tripped.await();
      written.await(LINE_MILLIS, TimeUnit.MILLISECONDS); // needs memory: without any, it halts now
    } catch (InterruptedException e) {
      // Nobody has a reason to interrupt it.
    } finally {
      Runtime.getRuntime().halt(EXIT_STATUS);
    }
  }
}
