package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmFlagsTest {
  private static final long PLENTY = 64L << 30;
  private static final String SMALL = "-XX:+UseSerialGC -Xmx128m";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--no-portmapper",
        "--capacity 1000",
        "--capacity",
        "--capacity many",
        "--capacity 0",
        "--capacity -1",
        "--capacity 1000000000000",
        "--max-length 2000000000",
        "--capacity=1000000 --capacity 256",
        "--my-capacity 1000000"
      })
  void shouldGiveASmallHeapForSmallLimitsAndForWhatTheServerWillRefuse(String options) {
    assertEquals(SMALL, JvmFlags.of(options, PLENTY, flags -> true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--capacity 1000000 --max-length 130",
        "--no-portmapper  --max-length=130\t--capacity=1000000\n",
        "--capacity 5 --capacity 1000000 --max-length 1000 --max-length 130"
      })
  void shouldGiveAHeapThatHoldsAFullStoreAndHalfAsMuchAgain(String options) {
    assertEquals(
        "-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+UseTransparentHugePages -Xmx787m",
        JvmFlags.of(options, PLENTY, flags -> true));
  }

  /** It was 3 TB on a machine of 24 GB, without a word. */
  @Test
  void shouldStayUnderThreeQuartersOfTheMemoryWhateverTheLimitsAsk() {
    String flags = JvmFlags.of("--capacity 1000000 --max-length 1048576", 4L << 30, java -> false);

    assertTrue(flags.endsWith(" -Xmx2960m"), flags);
  }

  @Test
  void shouldNeverGiveLessThanTheSmallestHeap() {
    String flags = JvmFlags.of("--capacity 1000000", 256L << 20, java -> true);

    assertTrue(flags.endsWith(" -Xmx128m"), flags);
  }

  @Test
  void shouldTakeShenandoahForLargeValuesWhereThereIsOne() {
    assertEquals(
        "-XX:+UseShenandoahGC -XX:+UnlockExperimentalVMOptions -XX:ShenandoahRegionSize=8m"
            + " -XX:+UseTransparentHugePages -Xmx898m",
        JvmFlags.of(
            "--max-length 1048578", PLENTY, flags -> flags.contains("-XX:+UseShenandoahGC")));
  }

  @Test
  void shouldTakeG1WithLargeRegionsForLargeValuesWhereThereIsNoShenandoah() {
    assertEquals(
        "-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:G1HeapRegionSize=8m"
            + " -XX:+UseTransparentHugePages -Xmx898m",
        JvmFlags.of("--max-length 1048578", PLENTY, flags -> false));
  }

  @Test
  void shouldAskAJavaWhichFlagsItTakes() {
    Java java = new Java(Path.of(System.getProperty("java.home"), "bin", "java").toString());

    assertTrue(java.takes(List.of("-Xmx64m", "-XX:+UseSerialGC")));
    assertFalse(java.takes(List.of("-XX:+UseNoSuchGC")));
    assertFalse(new Java("/nowhere/java").takes(List.of()));
  }
}
