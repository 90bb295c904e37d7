package org.rkv.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rkv.net.EventLoop;
import org.slf4j.LoggerFactory;

/** A process whose event loop meets an OutOfMemoryError; for {@link MemoryWatchdogTest}. */
final class MemoryExhaustion {
  private static final List<Object> HELD = new ArrayList<>();

  private MemoryExhaustion() {}

  /** What it is that there is no more of. */
  enum Kind {
    HEAP {
      @Override
      void exhaust() {
        while (true) {
          HELD.add(new byte[4096]);
        }
      }
    },
    DIRECT {
      @Override
      void exhaust() {
        while (true) {
          HELD.add(ByteBuffer.allocateDirect(1 << 20));
        }
      }
    },
    THREAD {
      @Override
      void exhaust() {
        throw new OutOfMemoryError(
            "unable to create native thread: possibly out of memory or process/resource limits"
                + " reached");
      }
    },
    ARRAY {
      @Override
      void exhaust() {
        HELD.add(new long[Integer.MAX_VALUE]);
      }
    };

    abstract void exhaust();
  }

  /**
   * Exhausts it.
   *
   * @param arguments a {@link Kind}
   */
  public static void main(String[] arguments) throws Exception {
    MemoryWatchdog watchdog = MemoryWatchdog.begin("alpha");
    EventLoop loop = new EventLoop("alpha", LoggerFactory.getLogger("alpha"));
    loop.onOutOfMemory(watchdog::trip);
    loop.start();
    loop.execute(Kind.valueOf(arguments[0])::exhaust);
    loop.execute(() -> System.exit(MemoryWatchdogTest.WENT_ON));
  }
}
