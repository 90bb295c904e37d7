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
  private static final double LOOK_FRACTION = 0.85;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Runtime runtime = Runtime.getRuntime();

  /** Made when it is first needed, since that takes a while. */
  private List<MemoryPoolMXBean> pools;

  private long lookedNanos;
  private long leftBytes;

  @Override
  public long usedBytes() {
    long inUse = runtime.totalMemory() - runtime.freeMemory();
    if (inUse < LOOK_FRACTION * maxBytes()) {
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
