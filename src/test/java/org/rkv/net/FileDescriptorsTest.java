package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What the system says of the process. */
class FileDescriptorsTest {
  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max processes             61856                61856                processes
      Max open files            1024                 524288               files
      """;

  @Test
  void shouldReadTheLimitThatHolds() {
    assertEquals(1024, FileDescriptors.limitIn(LIMITS));
  }

  @Test
  void shouldTakeNoLimitForTheLargestNumber() {
    assertEquals(Integer.MAX_VALUE, FileDescriptors.limitIn(LIMITS.replace("1024", "unlimited")));
    assertEquals(
        Integer.MAX_VALUE, FileDescriptors.limitIn(LIMITS.replace("1024", "1073741824000")));
    assertEquals(Integer.MAX_VALUE, FileDescriptors.limitIn("another system"));
  }

  @Test
  void shouldFindALimitHere() {
    assertTrue(FileDescriptors.limit() > 0);
  }
}
