package org.rkv.replica.core;

/** How full the heap of the process is, as its collector knows. */
public interface HeapUse {
  /** Of a heap that is never short. */
  HeapUse NONE =
      new HeapUse() {
        @Override
        public long usedBytes() {
          return 0;
        }

        @Override
        public long maxBytes() {
          return Long.MAX_VALUE;
        }
      };

  /**
   * What the last collection has left in use; 0 as long as much is free. Asked at every write and
   * every read of much.
   */
  long usedBytes();

  /** The whole heap. */
  long maxBytes();
}
