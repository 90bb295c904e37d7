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
  private static final String SMALL = "-XX:+UseSerialGC -Xmx128m -XX:+ExitOnOutOfMemoryError";

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
    assertEquals(SMALL, JvmFlags.of(options, flags -> true));
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
        "-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+UseTransparentHugePages -Xmx785m"
            + " -XX:+ExitOnOutOfMemoryError",
        JvmFlags.of(options, flags -> true));
  }

  @Test
  void shouldTakeShenandoahForLargeValuesWhereThereIsOne() {
    assertEquals(
        "-XX:+UseShenandoahGC -XX:+UnlockExperimentalVMOptions -XX:ShenandoahRegionSize=8m"
            + " -XX:+UseTransparentHugePages -Xmx896m -XX:+ExitOnOutOfMemoryError",
        JvmFlags.of("--max-length 1048578", flags -> flags.contains("-XX:+UseShenandoahGC")));
  }

  @Test
  void shouldTakeG1WithLargeRegionsForLargeValuesWhereThereIsNoShenandoah() {
    assertEquals(
        "-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:G1HeapRegionSize=8m"
            + " -XX:+UseTransparentHugePages -Xmx896m -XX:+ExitOnOutOfMemoryError",
        JvmFlags.of("--max-length 1048578", flags -> false));
  }

  @Test
  void shouldAskAJavaWhichFlagsItTakes() {
    Java java = new Java(Path.of(System.getProperty("java.home"), "bin", "java").toString());

    assertTrue(java.takes(List.of("-Xmx64m", "-XX:+UseSerialGC")));
    assertFalse(java.takes(List.of("-XX:+UseNoSuchGC")));
    assertFalse(new Java("/nowhere/java").takes(List.of()));
  }
}
