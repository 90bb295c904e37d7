package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is refused of a heap of 1,000 bytes. */
class HeapShortageTest {
  private long usedBytes;
  private long heldBytes = 600;

  private final HeapShortage shortage =
      new HeapShortage(
          new HeapUse() {
            @Override
            public long usedBytes() {
              return usedBytes;
            }

            @Override
            public long maxBytes() {
              return 1_000;
            }
          },
          () -> heldBytes);

  private String refused() {
    return (shortage.refusesPuts() ? "PUTs " : "")
        + (shortage.refusesLargeReads() ? "reads " : "")
        + (shortage.refusesPeers() ? "peers" : "");
  }

  @Test
  void shouldRefusePeersLast() {
    for (int used = 0; used <= 1_000; used += 10) {
      usedBytes = used;
      String expected = used < 900 ? "" : used < 950 ? "PUTs " : used < 980 ? "PUTs reads " : null;
      assertEquals(expected == null ? "PUTs reads peers" : expected, refused(), used + " in use");
    }
  }

  /** No collection may come for long when nothing is put. */
  @Test
  void shouldTakeWhatWasDeletedForFreeBeforeItIsCollected() {
    usedBytes = 960;
    assertEquals("PUTs reads ", refused());
    heldBytes = 560;
    assertEquals("PUTs ", refused());
    heldBytes = 530;
    assertEquals("", refused());
    heldBytes = 600;
    assertEquals("PUTs reads ", refused(), "filled again");
  }

  @Test
  void shouldBelieveTheNextCollection() {
    usedBytes = 960;
    assertEquals("PUTs reads ", refused());
    heldBytes = 500;
    usedBytes = 910; // not much of what was deleted is free
    assertEquals("PUTs ", refused());
    usedBytes = 0;
    assertEquals("", refused());
  }
}
