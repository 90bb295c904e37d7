package org.rkv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
  @Test
  void shouldReadAMix() {
    assertEquals(Map.of(Kind.PUT, 10, Kind.GET, 90), Workload.mix("put=10, GET=90"));
    assertEquals(Map.of(Kind.GET, 100), Workload.mix("get"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "put=50,get=49", "put=-1,get=101", "put=50,put=50", "set=100", "put=x"})
  void shouldSayWhatIsWrongWithAMix(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Workload.mix(text)).getMessage();
    assertTrue(message.endsWith(text), message);
  }

  @Test
  void shouldDrawEachKindAsOftenAsItsShare() {
    Workload workload =
        new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix("put=10,get=85,del=5"), 1, 16);
    SplittableRandom random = new SplittableRandom(1);
    Map<Kind, Integer> drawn = new EnumMap<>(Kind.class);
    for (int i = 0; i < 100_000; i++) {
      drawn.merge(workload.next(random), 1, Integer::sum);
    }

    assertEquals(10_000, drawn.get(Kind.PUT), 500);
    assertEquals(85_000, drawn.get(Kind.GET), 500);
    assertEquals(5_000, drawn.get(Kind.DEL), 500);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 16, 30, 100_000})
  void shouldKnowAValueByItsKey(int bytes) {
    Workload workload = new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix("put"), 1000, bytes);

    String value = workload.value(123, 456);
    assertEquals(bytes, value.length());
    assertTrue(workload.isValueOf(123, value));
    assertFalse(workload.isValueOf(123, value + "x"));
    if (bytes > 3) {
      assertFalse(workload.isValueOf(124, value));
      assertFalse(workload.isValueOf(12, value));
    }
  }
}
