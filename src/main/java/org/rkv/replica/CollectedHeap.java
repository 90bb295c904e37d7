package org.rkv.replica;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.core.HeapUse;

/** The heap of this process, of which its collector is asked only when little is free. */
final class CollectedHeap implements HeapUse {
  /** With less in use, garbage and all, nothing is short. */
  private static final double LOOK_FRACTION = 0.80;

  /** As long as little is in use it is looked at so often: it takes longer than writing a value. */
  private static final int CALLS_A_LOOK = 8;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Runtime runtime = Runtime.getRuntime();

  /** Made when it is first needed, since that takes a while. */
  private List<MemoryPoolMXBean> pools;

  private int calls;
  private boolean isMuchInUse;
  private long lookedNanos;
  private long leftBytes;

  @Override
  public long usedBytes() {
    if (!isMuchInUse && ++calls % CALLS_A_LOOK != 0) {
      return 0;
    }
    long inUse = runtime.totalMemory() - runtime.freeMemory();
    isMuchInUse = inUse >= LOOK_FRACTION * maxBytes();
    if (!isMuchInUse) {
      return 0;
    }
    long now = System.nanoTime();
    if (pools == null || now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      leftBytes = leftByTheLastCollection();
    }
    return Math.min(inUse, leftBytes);
  }

  @Override
  public long maxBytes() {
    return runtime.maxMemory();
  }

  private long leftByTheLastCollection() {
    if (pools == null) {
      pools =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getType() == MemoryType.HEAP)
              .toList();
    }
    long bytes = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage usage = pool.getCollectionUsage();
      bytes += usage == null ? 0 : usage.getUsed();
    }
    return bytes;
  }
}
